import type { DesiredCell, DesiredState } from '@assent/contract';
import type { Connector, Desired } from './connector.js';

export type ToolFault = 'busy' | 'broken' | 'lost before' | 'lost after' | 'denied';

/** A connector in front of a stand-in that has the tool's rules. */
export interface ToolUnderTest {
  readonly connector: Connector;
  /** A purpose that the connector maps to a place at the tool. */
  readonly purpose: string;
  /** Lets the tool know the address, and mail it. */
  enter(address: string): void;
  /** Whether the tool would mail the address for the purpose now. */
  mails(address: string, addressKey: string): boolean;
  /** The next call, or with `denied` every call, goes wrong. */
  fail(fault: ToolFault): void;
  heal(): void;
  /** What the stand-in saw that is outside the tool's contract. */
  violations(): readonly string[];
  /** Texts that must not be left behind in evidence: keys, secrets, hashes of the address. */
  secrets(address: string): readonly string[];
}

const KEY = 'ab'.repeat(16);
const ZOO = [
  'ada@example.org',
  "o'hara%x+news@example.org",
  '"ada lovelace"@example.org',
  'ada@xn--bcher-kva.example.org',
];

/** What every connector promises, whatever its tool. */
export function connectorContract(name: string, open: () => Promise<ToolUnderTest>): void {
  describe(`${name}: a connector`, () => {
    let tool: ToolUnderTest;
    let revision = 0;
    beforeEach(async () => {
      tool = await open();
    });
    afterEach(() => {
      tool.heal();
      expect(tool.violations()).toEqual([]);
    });

    const desired = (tri: DesiredCell['tri'], address = 'ada@example.org', seq = ++revision): Desired => {
      const cell = { verdict: 'stopped', code: 'objection-in-force', tri, since: 1, eventId: 'o1' } as const;
      const state: DesiredState = {
        kind: 'email',
        purposes: { [tool.purpose]: { email: cell } },
        allMarketing: 'stopped',
        objectedToAll: false,
        erase: false,
      };
      return {
        address: { kind: 'email', value: address },
        addressKey: KEY,
        subjectId: 'sub_1',
        state,
        revision: seq,
        unknown: 'skip',
        outSince: {},
        deliveryId: `x-${KEY}-${seq}`,
        sentAt: Math.floor(performance.timeOrigin + performance.now()),
      };
    };

    it.each(ZOO)('makes the tool silent for %s, and sees it', async (address) => {
      tool.enter(address);
      const stop = desired('out', address);
      expect(await tool.connector.apply(stop)).toMatchObject({ class: 'done' });
      expect(tool.mails(address, KEY)).toBe(false);
      if (tool.connector.capabilities.readBack === 'get') {
        expect(await tool.connector.lookup(stop)).toMatchObject({ match: 'equal' });
      }
    });

    it('has one effect when it is repeated', async () => {
      tool.enter('ada@example.org');
      const stop = desired('out');
      await tool.connector.apply(stop);
      expect(await tool.connector.apply(stop)).toMatchObject({ class: 'done' });
      expect(tool.mails('ada@example.org', KEY)).toBe(false);
    });

    it.each(['busy', 'broken', 'lost before', 'lost after'] as const)(
      'asks to try again when the call is %s, and then succeeds',
      async (fault) => {
        tool.enter('ada@example.org');
        const stop = desired('out');
        tool.fail(fault);
        expect((await tool.connector.apply(stop)).class).toBe('retry');
        tool.heal();
        expect((await tool.connector.apply(stop)).class).toBe('done');
        expect(tool.mails('ada@example.org', KEY)).toBe(false);
      },
    );

    it('tells a wrong setting from a fault', async () => {
      tool.enter('ada@example.org');
      tool.fail('denied');
      expect((await tool.connector.apply(desired('out'))).class).toBe('config');
    });

    it('never answers a read-back that failed with "equal"', async () => {
      const stop = desired('out');
      await tool.connector.apply(stop);
      tool.fail('denied');
      expect((await tool.connector.lookup(stop)).match).toBe('unknown');
    });

    it('leaves neither address nor secret behind', async () => {
      const address = 'canary@example.org';
      tool.enter(address);
      const stop = desired('out', address);
      const left = [await tool.connector.apply(stop), await tool.connector.lookup(stop)];
      tool.fail('denied');
      left.push(await tool.connector.apply(stop), await tool.connector.probe());
      for (const secret of [address, ...tool.secrets(address)])
        expect(JSON.stringify(left)).not.toContain(secret);
      expect(left.flatMap(({ calls }) => calls).length).toBeGreaterThan(0);
    });
  });
}
