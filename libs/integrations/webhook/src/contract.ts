/**
 * What a webhook delivery is, for receivers: the headers and members that must be there, and no others. Sources: Standard
 * Webhooks 1.0, CloudEvents 1.0 (HTTP binding, binary mode), and the page on configuration of the public API; as of
 * 2026-11. The stand-in refuses what is outside of it.
 */
export const HEADERS: Readonly<Record<string, RegExp>> = {
  'content-type': /^application\/json$/,
  'webhook-id': /^[\w.:-]{1,200}$/,
  'webhook-timestamp': /^\d{10}$/,
  'webhook-signature': /^v1,[A-Za-z0-9+/]{43}=(?: v1,[A-Za-z0-9+/]{43}=)*$/,
  'ce-specversion': /^1\.0$/,
  'ce-id': /^[\w.:-]{1,200}$/,
  'ce-source': /^\/assent\/delivery\/[\w-]+\/[\w-]+$/,
  'ce-type': /^assent\.delivery\.desired-state$/,
  'ce-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  'ce-subject': /^[0-9a-f]{32}$/,
};

const VERDICT = /^(?:allowed|stopped)$/;
const isText = (value: unknown): boolean => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const verdicts = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (cells) => isObject(cells) && Object.values(cells).every((cell) => VERDICT.test(String(cell))),
  );

const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  subjectId: (value) => value === null || isText(value),
  addressKey: (value) => /^[0-9a-f]{32}$/.test(String(value)),
  kind: (value) => /^(?:email|phone|post|externalId)$/.test(String(value)),
  address: (value) => value === undefined || isText(value),
  purposes: verdicts,
  allMarketing: (value) => VERDICT.test(String(value)),
  erase: (value) => typeof value === 'boolean',
  revision: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  because: (value) =>
    Array.isArray(value) &&
    value.every(
      (reason: unknown) =>
        isObject(reason) &&
        Object.keys(reason).sort().join() === 'code,eventId,since' &&
        isText(reason['code']),
    ),
};

/** What is wrong with a delivery, by the contract. Names members, never repeats values. */
export function deliveryFaults(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: unknown,
): string[] {
  const wrongHeaders = Object.entries(HEADERS).filter(([name, form]) => !form.test(String(headers[name])));
  if (!isObject(body)) return ['the body is no JSON object'];
  return [
    ...wrongHeaders.map(([name]) => `header ${name}`),
    ...(headers['ce-id'] === headers['webhook-id'] ? [] : ['ce-id is not webhook-id']),
    ...Object.keys(body)
      .filter((member) => !(member in MEMBERS))
      .map((member) => `there is no member ${member}`),
    ...Object.entries(MEMBERS)
      .filter(([member, good]) => !good(body[member]))
      .map(([member]) => `member ${member}`),
  ];
}
