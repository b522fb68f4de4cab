import { Forgetting } from '../support/forgetting.js';

const { tenant } = Forgetting;
const START = '2026-06-01T08:00:00Z';

describe('Somebody who asks to be erased', () => {
  const all = new Forgetting(START);
  beforeAll(() => all.start());
  afterEach(() => {
    expect(all.mailchimp.violations).toEqual([]);
    expect(all.crm.violations).toEqual([]);
  });
  afterAll(() => all.end());

  it('S0-32 is refused at once, then forgotten by every tool, then here, with a certificate', async () => {
    const { subject, subjectId, email } = await all.subscriber();
    expect(await all.code(subject)).toBe('allowed');
    const requestId = await all.erase(subjectId);
    expect(await all.erase(subjectId, 'another reason')).toBe(requestId);
    expect(['erased', 'objection-in-force']).toContain(await all.code(subject));
    expect((await all.world.get(tenant, `/v1/subjects/${subjectId}`)).status).toBe(404);

    await all.pass('PT10S');
    const early = await all.request(requestId);
    expect(['accepted', 'told']).toContain(early.state);
    expect(early.certificate).toBeNull();
    await all.passReadBacks();
    expect(all.known(email)).toBe(false);

    const done = await all.request(requestId);
    expect(done.state).toBe('done');
    expect(done.integrations).toMatchObject([
      { integration: 'mailchimp-main', kind: 'email', desired: 'erase', state: 'verified' },
      { integration: 'crm', kind: 'email', state: 'verified' },
    ]);
    for (const { toldAt, verifiedAt } of done.integrations) {
      expect(Date.parse(String(toldAt))).toBeGreaterThanOrEqual(Date.parse(START));
      expect(Date.parse(String(verifiedAt))).toBeGreaterThanOrEqual(Date.parse(String(toldAt)));
    }
    expect(done.certificate).toMatchObject({ requestId, reason: 'request', policy: 'presentinfini@1' });
    expect(JSON.stringify(done)).not.toContain(email);
  });

  it('keeps the proof in one piece: an altered certificate is told from a true one', async () => {
    const { subjectId } = await all.subscriber();
    const requestId = await all.erase(subjectId, 'Ada wrote to us, ada@example.org');
    await all.passReadBacks();
    const { certificate } = await all.request(requestId);
    if (certificate === null) throw new Error('no certificate');
    expect(certificate).toMatchObject({ reason: 'stated', reasonDigest: expect.any(String) as unknown });
    expect(JSON.stringify(certificate)).not.toMatch(/ada|@example/i);
    const authentic = async (shown: object, by: string = tenant) =>
      (await all.world.done(by, '/v1/certificates/verify', shown))['authentic'];
    const reordered = Object.fromEntries(Object.entries(certificate).reverse());
    expect([await authentic(certificate), await authentic(reordered)]).toEqual([true, true]);
    for (const name of Object.keys(certificate)) {
      expect(await authentic({ ...certificate, [name]: 'altered' })).toBe(false);
      expect(await authentic({ ...certificate, [name]: undefined })).toBe(false);
    }
    expect(await authentic({ ...certificate, extra: 1 })).toBe(false);
    expect(await authentic(certificate, 'assistool')).toBe(false);
  });

  it('G-36 and is imported again is still stopped, and no tool hears a word of it', async () => {
    const { email, subjectId, subject } = await all.subscriber();
    const early = await all.erase(subjectId);
    const again = () =>
      all.world.post(tenant, '/v1/subjects', {
        addresses: [{ kind: 'email', value: email.toUpperCase() }],
        externalId: `crm-${email}`,
        informed: true,
        evidence: { method: 'import' },
      });
    const meanwhile = await again();
    expect([meanwhile.status, meanwhile.json()['code']]).toEqual([409, 'erased']);
    await all.passReadBacks();
    expect((await all.request(early)).state).toBe('done');

    const told = all.mailchimp.callsAbout(email);
    expect(told).toBeGreaterThan(0);
    const heard = all.crm.received.filter(({ body }) => JSON.stringify(body).includes(subjectId)).length;
    const imported = await again();
    expect(imported.status).toBe(201);
    expect(imported.json()['subjectId']).not.toBe(subjectId);
    const consent = await all.world.post(tenant, '/v1/consents', {
      ...{ subject, purpose: 'newsletter', decision: 'given', notice: 'newsletter@1' },
      evidence: { method: 'import', confirmedAt: all.now },
    });
    expect([consent.status, consent.json()['code']]).toEqual([409, 'objection-in-force']);
    await all.passReadBacks();
    for (const purpose of ['newsletter', 'prospecting', 'loyalty'])
      expect(await all.code(subject, purpose)).toBe('objection-in-force');
    expect(all.mailchimp.callsAbout(email)).toBe(told);
    expect(all.crm.received.filter(({ body }) => JSON.stringify(body).includes(subjectId))).toHaveLength(
      heard,
    );
    expect(all.known(email)).toBe(false);
    expect((await all.world.get(tenant, `/v1/subjects/${subjectId}`)).status).toBe(404);
    const history = await all.world.get(tenant, `/v1/subjects/${subjectId}/history`);
    expect(history.status).toBe(200);
    for (const clear of ['@example.org', '203.0.113.9', 'asked at the stand'])
      expect(history.text).not.toContain(clear);
    const { certificate } = await all.request(early);
    expect(certificate).toMatchObject({ subjectId });
  });

  it('may come back by an own opt-in, for that purpose only (K15)', async () => {
    const { subjectId, subject } = await all.subscriber();
    await all.erase(subjectId);
    await all.passReadBacks();
    await all.pass('PT24H');
    await all.optIn(subject);
    expect([await all.code(subject), await all.code(subject, 'prospecting')]).toEqual([
      'allowed',
      'objection-in-force',
    ]);
  });

  it('is stopped at a tool before being forgotten there', async () => {
    const { subjectId } = await all.subscriber();
    const before = all.mailchimp.calls.length;
    await all.erase(subjectId);
    await all.passReadBacks();
    const operations = all.mailchimp.calls.slice(before).map(({ operation }) => operation);
    const stop = operations.findIndex((name) => /update|patch|unsubscribe/i.test(name));
    const forget = operations.findIndex((name) => /permanent|erase|delete/i.test(name));
    expect(stop).toBeGreaterThanOrEqual(0);
    expect(forget).toBeGreaterThan(stop);
  });

  it('is known to nobody else: not to another tenant, not under another id, not without a reason', async () => {
    const { subjectId } = await all.subscriber();
    const post = (by: string, id: string, body: object) =>
      all.world.post(by, `/v1/subjects/${id}/erasure`, body);
    expect((await post('assistool', subjectId, { reason: 'request' })).status).toBe(404);
    expect((await post(tenant, 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC', { reason: 'request' })).status).toBe(404);
    expect((await post(tenant, 'nobody', { reason: 'request' })).status).toBe(404);
    for (const body of [{}, { reason: '' }, { reason: 1 }, { reason: 'request', name: 'Ada' }])
      expect((await post(tenant, subjectId, body)).status).toBe(400);
    const requestId = await all.erase(subjectId);
    expect((await all.world.get('assistool', `/v1/requests/${requestId}`)).status).toBe(404);
    expect((await all.world.get(tenant, '/v1/requests/era_01JD8Q4V6M2S7X9K3T5B1N0PZC')).status).toBe(404);
    expect((await all.world.get(tenant, '/v1/requests/anything')).status).toBe(404);
  });
});
