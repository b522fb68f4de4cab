import type { DeliveryRow, Deliveries } from './deliveries.js';
import type { Opened } from './event-log.contract.js';
import { forMany, MANY_MS } from './many.contract.js';

const row = (id: string, more: Partial<DeliveryRow> = {}): DeliveryRow => ({
  id: `crm:${id}`,
  tenant: 't',
  integration: 'crm',
  addressKey: id,
  subjectId: null,
  desired: { kind: 'email', purposes: {}, allMarketing: 'stopped', objectedToAll: false, erase: false },
  revision: 1,
  appliedRevision: 0,
  state: 'queued',
  lane: 'stop',
  dueAt: 100,
  dueAtReal: 100,
  attempts: 0,
  firstDueAt: 100,
  acceptedAt: null,
  verifiedAt: null,
  readBacks: 0,
  lastOutcome: null,
  outSince: {},
  leaseUntil: 0,
  rowVersion: 0,
  ...more,
});

/** What every store of deliveries promises. */
export function deliveriesContract(name: string, open: () => Promise<Opened<Deliveries>>): void {
  describe(`${name}: deliveries`, () => {
    let opened: Opened<Deliveries>;
    let deliveries: Deliveries;
    beforeEach(async () => {
      opened = await open();
      deliveries = opened.port;
    });
    afterEach(() => opened.close());
    const add = async (...rows: DeliveryRow[]): Promise<void> => {
      for (const one of rows) await deliveries.save(one);
    };
    const lease = (now: { rule: number; real: number }, limit = 10, until = 1_000) =>
      deliveries.lease('t', 'crm', now, until, limit);
    const ids = (rows: readonly DeliveryRow[]) => rows.map(({ addressKey }) => addressKey);

    it('change by compare-and-set: of many writers one wins', async () => {
      const first = await deliveries.save(row('a'));
      expect(first?.rowVersion).toBe(1);
      expect(await deliveries.save(row('a'))).toBeUndefined();
      const writes = Array.from({ length: 10 }, (_, n) =>
        deliveries.save({ ...row('a'), attempts: n, rowVersion: 1 }),
      );
      const won = (await Promise.all(writes)).filter((saved) => saved !== undefined);
      expect(won).toHaveLength(1);
      expect(await deliveries.get('t', 'crm:a')).toEqual(won[0]);
    });

    it('are leased stops first, then by time; what is not due is left', async () => {
      await add(
        row('late', { dueAt: 90, dueAtReal: 90 }),
        row('later', { dueAt: 500, dueAtReal: 500 }),
        row('in', { lane: 'opt-in', dueAt: 1, dueAtReal: 1 }),
        row('read', { lane: 'verify', dueAt: 1, dueAtReal: 1 }),
        row('gone', { lane: 'erase', dueAt: 1, dueAtReal: 1 }),
        row('early', { dueAt: 10, dueAtReal: 10 }),
        row('done', { dueAt: null, dueAtReal: null }),
      );
      expect(ids(await lease({ rule: 100, real: 100 }, 2))).toEqual(['early', 'late']);
      expect(ids(await lease({ rule: 100, real: 100 }))).toEqual(['gone', 'read', 'in']);
    });

    it('are leased of some lanes alone, when asked so', async () => {
      await add(row('stop'), row('in', { lane: 'opt-in' }), row('read', { lane: 'verify' }));
      const some = (...lanes: DeliveryRow['lane'][]) =>
        deliveries.lease('t', 'crm', { rule: 100, real: 100 }, 1_000, 10, lanes);
      expect(ids(await some('erase'))).toEqual([]);
      expect(ids(await some('opt-in', 'verify'))).toEqual(['read', 'in']);
      expect(ids(await some('stop', 'verify'))).toEqual(['stop']);
    });

    it('are due when either clock says so', async () => {
      await add(row('rule', { dueAt: 10, dueAtReal: 900 }), row('real', { dueAt: 900, dueAtReal: 10 }));
      expect(ids(await lease({ rule: 5, real: 5 }))).toEqual([]);
      expect(ids(await lease({ rule: 10, real: 5 }))).toEqual(['rule']);
      expect(ids(await lease({ rule: 5, real: 10 }))).toEqual(['real']);
    });

    it('are leased to one at a time, and again when the lease is over', async () => {
      await add(row('a'), row('b'));
      const both = await Promise.all([lease({ rule: 100, real: 100 }), lease({ rule: 100, real: 100 })]);
      expect(ids(both.flat()).sort()).toEqual(['a', 'b']);
      expect(await lease({ rule: 100, real: 999 })).toEqual([]);
      expect(ids(await lease({ rule: 100, real: 1_000 }, 10, 2_000)).sort()).toEqual(['a', 'b']);
    });

    it(
      'are leased once each, by however many workers at once',
      async () => {
        await Promise.all(Array.from({ length: 60 }, (_, n) => add(row(`r${n}`, { dueAtReal: n }))));
        const workers = Array.from({ length: 8 }, () => lease({ rule: 100, real: 100 }, 10));
        const leased = ids((await Promise.all(workers)).flat());
        expect(leased).toHaveLength(60);
        expect(new Set(leased).size).toBe(60);
      },
      MANY_MS,
    );

    it('are not written by one whose row was leased meanwhile', async () => {
      const saved = await deliveries.save(row('a'));
      const [leased] = await lease({ rule: 100, real: 100 });
      expect(leased).toMatchObject({ leaseUntil: 1_000, rowVersion: 2 });
      expect(await deliveries.save({ ...(saved as DeliveryRow), attempts: 1 })).toBeUndefined();
      expect(await deliveries.save({ ...(leased as DeliveryRow), attempts: 1 })).toMatchObject({
        attempts: 1,
        rowVersion: 3,
      });
    });

    it('are leased by the newest lane and instants only', async () => {
      const saved = (await deliveries.save(row('a'))) as DeliveryRow;
      const moved = { ...saved, lane: 'opt-in', dueAt: 200, dueAtReal: 300 } as const;
      const again = (await deliveries.save(moved)) as DeliveryRow;
      expect(await lease({ rule: 199, real: 299 })).toEqual([]);
      await deliveries.save({ ...again, dueAt: null, dueAtReal: null });
      expect(await lease({ rule: 9_999, real: 9_999 })).toEqual([]);
    });

    it('keep integrations and tenants apart', async () => {
      await add(row('a'), row('b', { integration: 'other', id: 'other:b' }), row('c', { tenant: 't2' }));
      expect(ids(await lease({ rule: 100, real: 100 }))).toEqual(['a']);
      expect((await deliveries.list('t2', {}, 10)).items.map(({ addressKey }) => addressKey)).toEqual(['c']);
    });

    it('are listed by person, integration, state and key, page by page', async () => {
      await add(
        row('a', { subjectId: 'sub_1' }),
        row('b', { subjectId: 'sub_1', state: 'verified' }),
        row('c', { subjectId: 'sub_10' }),
        row('d', { integration: 'other', id: 'other:d', subjectId: 'sub_1' }),
      );
      const list = async (filter: Parameters<Deliveries['list']>[1]) =>
        ids((await deliveries.list('t', filter, 10)).items);
      expect(await list({ subjectId: 'sub_1' })).toEqual(['a', 'b', 'd']);
      expect(await list({ subjectId: 'sub_1', state: 'verified' })).toEqual(['b']);
      expect(await list({ integration: 'other' })).toEqual(['d']);
      expect(await list({ addressKey: 'c' })).toEqual(['c']);
      const first = await deliveries.list('t', {}, 3);
      expect([ids(first.items), first.next !== null]).toEqual([['a', 'b', 'c'], true]);
      const rest = await deliveries.list('t', {}, 3, first.next ?? undefined);
      expect([ids(rest.items), rest.next]).toEqual([['d'], null]);
    });

    it('are listed page by page under a filter, each once, and by the person they belong to now', async () => {
      const names = Array.from({ length: 9 }, (_, n) => `k${n}`);
      await add(...names.map((name, n) => row(name, { subjectId: n % 2 === 0 ? 'sub_1' : null })));
      for (const filter of [{ subjectId: 'sub_1' }, { integration: 'crm', subjectId: 'sub_1' }]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await deliveries.list('t', filter, 2, cursor);
          seen.push(...ids(page.items));
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(['k0', 'k2', 'k4', 'k6', 'k8']);
      }
      const known = (await deliveries.get('t', 'crm:k0')) as DeliveryRow;
      await deliveries.save({ ...known, subjectId: 'sub_2' });
      expect(ids((await deliveries.list('t', { subjectId: 'sub_2' }, 10)).items)).toEqual(['k0']);
      expect(ids((await deliveries.list('t', { subjectId: 'sub_1' }, 1)).items)).toEqual(['k2']);
    });

    it(
      'find the matching ones among very many',
      async () => {
        const names = Array.from({ length: 1_100 }, (_, n) => `k${String(n).padStart(4, '0')}`);
        await forMany([...names.entries()], ([n, name]) =>
          add(row(name, { state: n === 1_099 ? 'failed' : 'queued', firstDueAt: n })),
        );
        expect(ids((await deliveries.list('t', { state: 'failed' }, 10)).items)).toEqual(['k1099']);
        expect(await deliveries.pending('t', 'crm')).toMatchObject({
          byLane: { stop: 1_100 },
          oldestStop: 0,
        });
      },
      MANY_MS,
    );

    it('are pending when one clock alone says so', async () => {
      await add(row('a', { dueAtReal: null, firstDueAt: 70 }), row('b', { dueAt: null, firstDueAt: 80 }));
      expect(await deliveries.pending('t', 'crm')).toMatchObject({ byLane: { stop: 2 }, oldestStop: 70 });
      expect(await deliveries.nextDue('t', 'crm')).toEqual({ rule: 100, real: 100 });
    });

    it('tell how much is pending, the oldest unproven stop, and when to look again', async () => {
      await add(
        row('a', { firstDueAt: 70 }),
        row('b', { lane: 'verify', todo: ['stop'], firstDueAt: 50, dueAt: 300, dueAtReal: 250 }),
        row('c', { lane: 'opt-in', firstDueAt: 1, dueAt: 200, dueAtReal: 400 }),
        row('d', { dueAt: null, dueAtReal: null, state: 'verified', firstDueAt: 2 }),
      );
      expect(await deliveries.pending('t', 'crm')).toEqual({
        byLane: { stop: 1, erase: 0, verify: 1, 'opt-in': 1 },
        oldestStop: 50,
      });
      expect(await deliveries.nextDue('t', 'crm')).toEqual({ rule: 100, real: 100 });
      expect(await deliveries.nextDue('t', 'none')).toEqual({ rule: null, real: null });
    });

    it('are all there after a crash', async () => {
      const saved = await deliveries.save(row('a'));
      opened = await opened.crash();
      deliveries = opened.port;
      expect(await deliveries.get('t', 'crm:a')).toEqual(saved);
      expect(ids(await lease({ rule: 100, real: 100 }))).toEqual(['a']);
    });
  });
}
