/** Marked personal data, and requests that carry it where it does not belong: each must be refused, in silence. */
export const MARK = 'canary7f3a';
export const email = `${MARK}@example.org`;
export const phone = '+33698765432';
export const externalId = `crm-${MARK}`;
export const subject = { email };
export const evidence = {
  method: 'form',
  ip: '203.0.113.77',
  userAgent: `agent ${MARK}`,
  formUrl: `https://example.org/${MARK}`,
  documentRef: `scan ${MARK}`,
  note: `Mr ${MARK} wrote`,
};

export const wrongRequests: readonly (readonly [path: string, body: unknown])[] = [
  ['/v1/subjects', { addresses: [{ kind: email, value: email }] }],
  ['/v1/subjects', { addresses: [{ kind: 'email', value: `${MARK} at example` }] }],
  ['/v1/subjects', { addresses: email, [email]: email, [phone]: phone }],
  ['/v1/subjects', { addresses: [{ kind: 'email', value: email }], source: email }],
  ['/v1/subjects', { addresses: [{ kind: 'email', value: email }], source: `called ${phone}` }],
  ['/v1/subjects', { addresses: [{ kind: 'email', value: email }], locale: email, notice: email }],
  ['/v1/subjects', { addresses: [{ kind: 'email', value: email }], declined: [email] }],
  ['/v1/consents', { subject: { email: phone, phone: email } }],
  [
    '/v1/consents',
    { subject, purpose: `newsletter.${email}`, decision: 'given', notice: 'newsletter@1', evidence },
  ],
  [
    '/v1/consents',
    { subject, purpose: `newsletter.x ${MARK}`, decision: 'given', notice: 'newsletter@1', evidence },
  ],
  ['/v1/objections', { subject, source: 'letter', purpose: email, channel: email }],
  ['/v1/objections', { subject, source: 'letter', purpose: `newsletter.${email}` }],
  ['/v1/objections/lift', { subject, purpose: 'newsletter', channel: 'email', proof: { eventId: email } }],
  ['/v1/links', { subject, purpose: 'newsletter', channel: 'email', campaign: email }],
  ['/v1/links', { subject, purpose: 'newsletter', channel: 'email', campaign: `spring ${phone}` }],
  ['/v1/links', { subject, purpose: `newsletter.${email}`, channel: 'email' }],
  [
    '/v1/solicitations',
    {
      subject,
      purpose: 'prospecting',
      channel: 'email',
      mode: 'report',
      solicitationId: email,
      campaign: 'x',
    },
  ],
  [
    '/v1/solicitations',
    {
      subject,
      purpose: 'prospecting',
      channel: 'email',
      mode: 'report',
      solicitationId: 'x',
      campaign: phone,
    },
  ],
  ['/v1/eligibility', { subject, purpose: email, channel: 'email', at: email }],
  ['/v1/subscriptions', { subject, purpose: email, notice: email, evidence: email }],
  ['/v1/subjects/find', { subject: { email: `nobody-${email}` } }],
  [`/v1/subjects/${email}/erasure`, { reason: email }],
  ['/v1/certificates/verify', [email]],
  [`/v1/${email}`, { email }],
  [`/v1/deliveries/${email}/retry`, {}],
  [`/v1/integrations/${email}/resync`, {}],
];
