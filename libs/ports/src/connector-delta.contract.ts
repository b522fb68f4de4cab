import type { ToolChanges } from './connector.js';
import { ADA, BOB, SENT_AT, type ToolUnderTest } from './connector-world.js';
import type { InboundFact } from './inbound.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** More than any page holds. */
const CROWD = Array.from({ length: 1_205 }, (_, i) => ({
  kind: 'email' as const,
  value: `canary.crowd${i}@example.org`,
}));

/** What a connector promises that can say what has changed at its tool. A tool without such a way says that it has none. */
export function connectorDeltaContract(name: string, open: () => Promise<ToolUnderTest>): void {
  describe(`${name}: what has changed at the tool`, () => {
    let tool: ToolUnderTest;
    beforeEach(async () => {
      tool = await open();
    });
    afterEach(async () => {
      await tool.close();
      expect(tool.violations()).toEqual([]);
    });

    const page = (cursor: string | null, sentAt = SENT_AT): Promise<ToolChanges> => {
      const read = tool.connector.changesSince?.(cursor, sentAt);
      if (read === undefined) throw new Error('nothing tells what has changed');
      return read;
    };
    /** Every page until nothing more is to be read now. */
    async function read(from: string | null, sentAt = SENT_AT) {
      const facts: InboundFact[] = [];
      let cursor = from;
      for (let pages = 0; pages < 1_000; pages++) {
        const changes = await page(cursor, sentAt);
        expect(changes.outcome.class).toBe('done');
        facts.push(...changes.facts);
        cursor = changes.cursor;
        if (!changes.more) return { facts, cursor };
      }
      throw new Error('it comes to no end');
    }
    const who = (fact: InboundFact): string =>
      'who' in fact && 'value' in fact.who ? fact.who.value.toLowerCase() : '';
    const gone = (facts: readonly InboundFact[]) =>
      new Set(facts.filter(({ what }) => what === 'left').map(who));

    it('is told where the capability says so, and nowhere else', async () => {
      const { capabilities } = tool.connector;
      expect(tool.delta !== undefined).toBe(capabilities.delta !== undefined);
      if (capabilities.delta === undefined) {
        const changes = await tool.connector.changesSince?.(null, SENT_AT);
        expect([changes?.facts ?? [], changes?.more ?? false]).toEqual([[], false]);
      }
    });

    it('names whoever has left by the tool itself, with what was left, and nobody else', async () => {
      const { delta } = tool;
      if (delta === undefined) return;
      for (const address of [ADA, BOB]) tool.seed(address);
      const { cursor } = await read(null);
      delta.leave(ADA, tool.purposes[0], SENT_AT - MINUTE);
      const { facts } = await read(cursor);
      expect(gone(facts)).toEqual(new Set([ADA.value]));
      const [left] = facts.filter(({ what }) => what === 'left');
      const at = left?.what === 'left' ? left.at : undefined;
      expect([null, SENT_AT - MINUTE]).toContain(at);
      expect(left?.what === 'left' && (left.targets === '*' || Object.keys(left.targets).length === 1)).toBe(
        true,
      );
    });

    it('is read from the beginning on: whoever left before anybody asked counts as well', async () => {
      const { delta } = tool;
      if (delta === undefined) return;
      tool.seed(ADA);
      delta.leave(ADA, tool.purposes[0], SENT_AT - 400 * 24 * HOUR);
      expect(gone((await read(null)).facts)).toEqual(new Set([ADA.value]));
    });

    it('loses nothing at equal instants, within a page, over pages, and between two times', async () => {
      const { delta } = tool;
      if (delta === undefined) return;
      const at = SENT_AT - HOUR;
      const [last, ...crowd] = CROWD;
      for (const address of CROWD) tool.seed(address);
      for (const address of crowd) delta.leave(address, tool.purposes[0], at);
      const first = await read(null);
      expect(gone(first.facts).size).toBe(crowd.length);
      if (last !== undefined) delta.leave(last, tool.purposes[0], at);
      const second = await read(first.cursor);
      expect(gone(second.facts).has(last?.value ?? '')).toBe(true);
      const third = await read(second.cursor, SENT_AT + HOUR);
      if (tool.connector.capabilities.delta === 'events') expect(third.facts.length).toBeLessThan(2_500);
      expect((await read(third.cursor, SENT_AT + 2 * HOUR)).cursor).toBe(third.cursor);
    }, 60_000);

    it('goes on from any page: whoever died after one reads the rest', async () => {
      const { delta } = tool;
      if (delta === undefined) return;
      for (const address of CROWD) {
        tool.seed(address);
        delta.leave(address, tool.purposes[0], SENT_AT - HOUR + CROWD.indexOf(address) * 1_000);
      }
      const first = await page(null);
      const rest = await read(first.cursor);
      expect(gone([...first.facts, ...rest.facts]).size).toBe(CROWD.length);
    }, 60_000);

    it('is read again when it could not be read, from where it stood', async () => {
      const { delta } = tool;
      if (delta === undefined) return;
      tool.seed(ADA);
      const { cursor } = await read(null);
      delta.leave(ADA, tool.purposes[0], SENT_AT - MINUTE);
      for (const status of [401, 429, 500]) {
        tool.fail({ status, ...(status === 429 && { headers: { 'retry-after': '30' } }) });
        const failed = await page(cursor);
        expect([failed.outcome.class, failed.facts, failed.cursor]).toEqual([
          status === 401 ? 'config' : 'retry',
          [],
          cursor,
        ]);
        if (status === 429) expect(failed.outcome.retryAfterMs).toBe(30_000);
        tool.mend();
      }
      expect(gone((await read(cursor)).facts)).toEqual(new Set([ADA.value]));
    });

    it('says of an opt-in at the tool that somebody was let in, and never more', async () => {
      const { delta } = tool;
      if (delta?.letIn === undefined) return;
      tool.seed(ADA);
      delta.leave(ADA, tool.purposes[0], SENT_AT - HOUR);
      const { cursor } = await read(null);
      delta.letIn(ADA, SENT_AT - MINUTE);
      const told = (await read(cursor)).facts.filter((fact) => who(fact) === ADA.value);
      expect(told.map(({ what }) => what)).toContain('joined');
      expect(gone(told).size).toBe(0);
    });

    it('leaves no address in a cursor, nor in evidence', async () => {
      const { delta } = tool;
      if (delta === undefined) return;
      tool.seed(ADA);
      delta.leave(ADA, tool.purposes[0], SENT_AT - MINUTE);
      let cursor: string | null = null;
      for (let more = true; more;) {
        const changes: ToolChanges = await page(cursor);
        for (const secret of [ADA.value, ...tool.secretsOf(ADA)])
          expect(JSON.stringify([changes.cursor, changes.outcome])).not.toContain(secret);
        ({ cursor, more } = changes);
      }
    });
  });
}
