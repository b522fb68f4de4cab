import type { DesiredCell, DesiredState } from '@assent/contract';
import { asOpen, isSuspect, Sample, unknownRefusals } from './audit.js';

const MAPPING = { newsletter: { list: 'n1' }, offers: { list: 'o1' }, 'offers.daily': { list: 'd1' } };
type Wish = 'out' | 'in' | 'open' | 'asked-not';
const cell = (wish: Wish): DesiredCell => ({
  ...{ verdict: wish === 'in' || wish === 'open' ? 'allowed' : 'stopped', code: 'x', since: 1, eventId: 'e' },
  tri: wish === 'out' || wish === 'in' ? wish : 'untouched',
});
const desired = (wishes: Record<string, Wish>, more: Partial<DesiredState> = {}): DesiredState => ({
  ...{ kind: 'email', allMarketing: 'stopped', objectedToAll: false, erase: false },
  purposes: Object.fromEntries(
    Object.entries(wishes).map(([purpose, wish]) => [purpose, { email: cell(wish) }]),
  ),
  ...more,
});
const ALL = { objectedToAll: true };

describe('A contact that a tool lists', () => {
  it.each<[string, DesiredState, string[] | null, boolean]>([
    ['in a target that is out', desired({ offers: 'out' }), ['o1'], true],
    ['in another target than the one that is out', desired({ offers: 'out' }), ['n1'], false],
    ['in the target of a child of what is out', desired({ offers: 'out' }), ['d1'], true],
    [
      'in the target of a child that has a say of its own',
      desired({ offers: 'out', 'offers.daily': 'in' }),
      ['d1'],
      false,
    ],
    ['in a target that nobody mapped', desired({ offers: 'out' }), ['x'], false],
    [
      'in a target that nobody mapped, having refused everything',
      desired({ offers: 'out' }, ALL),
      ['x'],
      true,
    ],
    ['with the switch open, having refused everything', desired({ offers: 'out' }, ALL), ['*'], true],
    [
      'with the switch open for what was opened since',
      desired({ offers: 'out', newsletter: 'in' }, ALL),
      ['*', 'n1'],
      false,
    ],
    ['and held only, having refused everything', desired({ offers: 'out' }, ALL), [], false],
    ['without its targets, being out of something', desired({ offers: 'out' }), null, true],
    ['without its targets, being out of nothing', desired({ offers: 'in' }), null, false],
    ['although erased', desired({}, { erase: true }), [], true],
    ['whom nobody has asked', desired({ offers: 'asked-not' }), ['o1'], false],
  ])('%s: suspect %#', (_, state, targets, suspect) =>
    expect(isSuspect({ desired: state }, { targets }, MAPPING)).toBe(suspect),
  );
});

describe('A stop that is found at a tool', () => {
  const row = (wishes: Record<string, Wish>, more: object = {}) => ({
    ...{ desired: desired(wishes), state: 'verified' as const, outSince: {} },
    ...more,
  });
  it.each<[string, Parameters<typeof unknownRefusals>[0], Parameters<typeof unknownRefusals>[1], unknown]>([
    ['of what was seen open is one that we did not know of', row({ offers: 'in' }), ['o1'], ['o1']],
    [
      'of what was never seen open is no news',
      row({ offers: 'in' }, { state: 'refused' }),
      ['o1'],
      undefined,
    ],
    ['of what is allowed on another ground is one', row({ offers: 'open' }), ['o1'], ['o1']],
    ['that we made once is ours', row({ offers: 'open' }, { outSince: { o1: 5 } }), ['o1'], undefined],
    [
      'that we made by the switch is ours',
      row({ offers: 'open' }, { outSince: { '*': 5 } }),
      ['o1'],
      undefined,
    ],
    ['of what is out is no news', row({ offers: 'out' }), ['o1'], undefined],
    ['of whom nobody asked is no news', row({ offers: 'asked-not' }), ['o1'], undefined],
    [
      'of several is of those that may be mailed',
      row({ offers: 'in', newsletter: 'out' }),
      ['o1', 'n1', 'x'],
      ['o1'],
    ],
    ['of everything is of everything', row({ offers: 'in', newsletter: 'out' }), '*', '*'],
    [
      'of everything, which we made, is ours',
      row({ offers: 'open' }, { outSince: { '*': 5 } }),
      '*',
      undefined,
    ],
    ['by a tool that does not say is nothing', row({ offers: 'in' }), undefined, undefined],
    ['nowhere is nothing', row({ offers: 'in' }), [], undefined],
  ])('%s', (_, given, out, unknown) => expect(unknownRefusals(given, out, MAPPING)).toEqual(unknown));
});

describe('For reading', () => {
  it('what may be mailed stands as an opt-in, and nothing else changes', () => {
    const read = asOpen(desired({ offers: 'open', newsletter: 'out', account: 'asked-not' }));
    const tris = Object.values(read.purposes).map(({ email }) => email?.tri);
    expect(tris).toEqual(['in', 'out', 'untouched']);
  });
});

describe('A sample', () => {
  const keys = Array.from({ length: 500 }, (_, n) => `key-${n}`);
  const drawn = (seed: string, from: readonly string[]) => {
    const sample = new Sample(seed, 20);
    for (const key of from) sample.offer(key);
    return sample.keys;
  };

  it('is the same whatever the order, another one the next night, and never larger', () => {
    expect(drawn('1', keys)).toEqual(drawn('1', [...keys].reverse()));
    expect(drawn('1', keys)).toHaveLength(20);
    expect(drawn('2', keys)).not.toEqual(drawn('1', keys));
    expect(drawn('1', ['a', 'b'])).toHaveLength(2);
  });

  it('reaches everybody in the end', () => {
    const seen = new Set(Array.from({ length: 200 }, (_, night) => drawn(String(night), keys)).flat());
    expect(seen.size).toBe(keys.length);
  });
});
