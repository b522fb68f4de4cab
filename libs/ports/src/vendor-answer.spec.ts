import { plainTitle, retryAfterMs, vendorRequestId } from './vendor-answer.js';

const NOW = Date.parse('2026-06-01T08:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Mon, 01 Jun 2026 08:02:00 GMT', 120_000],
    ['Monday, 01-Jun-26 08:02:00 GMT', 120_000],
    ['Mon, 01 Jun 2026 07:00:00 GMT', 0],
    ['99999999999999999999', 86_400_000],
    ['Wed, 01 Jun 2033 08:00:00 GMT', 86_400_000],
  ])('%j means %i ms', (value, expected) => expect(retryAfterMs(value, NOW)).toBe(expected));

  it.each([undefined, '', 'soon', '-1', '1.5', '0x10', '5 apples', '2026-06-01T08:02:00Z', 'Mon, 99 Foo'])(
    '%j means nothing',
    (value) => expect(retryAfterMs(value, NOW)).toBeUndefined(),
  );
});

describe("A tool's request id", () => {
  it('is kept when it looks like one', () => {
    expect(vendorRequestId({ 'x-request-id': '4f1c-22:a.b_c' })).toBe('4f1c-22:a.b_c');
    expect(vendorRequestId({ 'x-amzn-requestid': 'r1' })).toBe('r1');
    expect(vendorRequestId({})).toBeNull();
  });

  it('cannot carry an address', () => {
    expect(vendorRequestId({ 'x-request-id': 'ada@example.org' })).toBeNull();
    expect(vendorRequestId({ 'x-request-id': 'a'.repeat(101) })).toBeNull();
    expect(plainTitle('Invalid Resource')).toBe('Invalid Resource');
    expect(plainTitle('ada@example.org is unknown')).toBeUndefined();
    expect(plainTitle({ title: 'x' })).toBeUndefined();
  });
});
