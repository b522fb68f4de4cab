import type { DeliveryRow } from '@assent/ports';
import { canaryAddress } from './canary-address.js';
import { dayOf, ENTRY_MS, hasEntered, SILENCE_MS, silences, type Run } from './run.js';

const T0 = Date.parse('2026-06-01T08:00:00Z');
const run: Run = {
  ...{ day: '2026-06-01', subjectId: 'sub_1', addressKey: 'k', purposes: ['newsletter'], step: 'left' },
  ...{ enteredAt: T0, leftAt: T0 },
};
const row = (integration: string, more: Partial<DeliveryRow> = {}): DeliveryRow =>
  ({
    integration,
    desired: { purposes: { newsletter: { email: { tri: 'out' } } } },
    ...{ state: 'verified', verifiedAt: T0 + 5_000, dueAt: null, dueAtReal: null, todo: [] },
    ...more,
  }) as unknown as DeliveryRow;
const waiting = { state: 'accepted', verifiedAt: null, dueAt: T0, dueAtReal: T0, todo: ['stop'] } as const;

describe('The silence of a synthetic person', () => {
  it('is as old as the proof, counted from the use of the link', () =>
    expect(silences([row('a')], run, T0 + 9_000).get('a')).toEqual({
      ...{ seconds: 5, failed: false, at: T0 + 9_000 },
    }));

  it('is not to be seen before the tool was read back, and has failed after a day', () => {
    const rows = [row('a', waiting)];
    expect([...silences(rows, run, T0 + SILENCE_MS - 1)]).toEqual([['a', undefined]]);
    expect(silences(rows, run, T0 + SILENCE_MS).get('a')).toMatchObject({ seconds: null, failed: true });
  });

  it('has failed where the tool rejects the stop, not where it cannot be asked', () => {
    const rows = [
      row('rejects', { ...waiting, state: 'failed' }),
      row('asks first', { state: 'enforced-at-send', verifiedAt: null }),
      row('says nothing', { state: 'accepted', verifiedAt: null }),
    ];
    expect([...silences(rows, run, T0 + SILENCE_MS).keys()]).toEqual(['rejects']);
  });

  it('is not the proof of the opt-in before it', () => {
    const open = {
      desired: { purposes: { newsletter: { email: { tri: 'in' } } } },
    } as unknown as DeliveryRow;
    expect([...silences([row('a', open)], run, T0 + 1)]).toEqual([['a', undefined]]);
  });
});

describe('A synthetic person', () => {
  it('leaves when every tool holds them, or after an hour', () => {
    expect(hasEntered([], run, T0 + 1)).toBe(false);
    expect(hasEntered([row('a'), row('b', waiting)], run, T0 + 1)).toBe(false);
    expect(hasEntered([row('a')], run, T0 + 1)).toBe(true);
    expect(hasEntered([row('b', waiting)], run, T0 + ENTRY_MS)).toBe(true);
  });

  it('has another address for each day and tenant', () => {
    const of = (day: string, tenant: string) => canaryAddress('canary+{n}@example.org', day, tenant)?.value;
    expect(of(dayOf(T0), 'publisher')).toBe('canary+20260601-publisher@example.org');
    expect(new Set([of('2026-06-01', 'a'), of('2026-06-02', 'a'), of('2026-06-01', 'b')]).size).toBe(3);
  });
});
