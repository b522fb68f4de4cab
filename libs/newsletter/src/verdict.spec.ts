import { verdictOf, type Fetch } from './verdict.js';

const fetch = (at: number, more: Partial<Fetch> = {}): Fetch => ({
  ...{ at, method: 'GET', client: 'phone', program: null },
  ...more,
});
const press = (at: number, more: Partial<Fetch> = {}) => fetch(at, { method: 'POST', ...more });

describe('A confirmation', () => {
  it('seems a human one when the same browser was shown the page, and a moment passed', () => {
    expect(verdictOf([fetch(0)], press(3_000))).toBe('human');
    expect(verdictOf([fetch(0, { client: 'gateway', program: 'scanner' }), fetch(5_000)], press(9_000))).toBe(
      'human',
    );
  });

  it('seems a program when nobody looked at the page first', () => {
    expect(verdictOf([], press(0))).toBe('script');
    expect(verdictOf([fetch(0, { client: 'gateway' })], press(3_000))).toBe('script');
    expect(verdictOf([fetch(0, { method: 'HEAD' })], press(3_000))).toBe('script');
  });

  it('seems a program when it is faster than anyone reads, or is no browser', () => {
    expect(verdictOf([fetch(0)], press(399))).toBe('script');
    expect(verdictOf([fetch(0, { program: 'script' })], press(3_000, { program: 'script' }))).toBe('script');
  });

  it('is suspected to be a scanner when it names itself one', () =>
    expect(verdictOf([fetch(0)], press(3_000, { program: 'scanner' }))).toBe('scanner-suspected'));
});
