import type { Desired, ListedContact } from './connector.js';
import { ADA, BOB, cellOf, SENT_AT, type ToolUnderTest } from './connector-world.js';

/** More than any tool lists on one page. */
const MANY = 1_010;

/** What every connector promises whose tool lists whom it mails. `unsaid`: its listing does not name targets. */
export function listingContract(
  name: string,
  open: (unknown: Desired['unknown'], sentAt: number) => Promise<ToolUnderTest>,
  { unsaid = false } = {},
): void {
  describe(`${name}: a listing`, () => {
    let tool: ToolUnderTest;
    beforeEach(async () => {
      tool = await open('skip', SENT_AT);
    });
    afterEach(async () => {
      await tool.close();
      expect(tool.violations()).toEqual([]);
    });

    /** Everybody listed, and what went wrong, which is asked for again as long as it may succeed. */
    async function read(connector = tool.connector) {
      const found: ListedContact[] = [];
      const failed: string[] = [];
      for await (const page of connector.listIn?.(() => SENT_AT) ?? []) {
        found.push(...page.contacts);
        if (page.failed !== undefined) {
          failed.push(page.failed.class);
          tool.mend();
        }
      }
      return { found, failed };
    }
    const targetsOf = (
      found: readonly ListedContact[],
      { value }: typeof ADA,
    ): string[] | null | undefined => {
      const all = found.filter(({ who }) => who.value.toLowerCase() === value.toLowerCase());
      if (all.some(({ targets }) => targets === null)) return null;
      const names = all.flatMap(({ targets }) => targets ?? []);
      return names.length === 0 ? undefined : [...new Set(names)].sort();
    };
    const stop = async (address = ADA, all = false): Promise<void> => {
      const addressKey = tool.keyOf(address);
      const [first, second] = tool.purposes;
      const purposes = {
        [first]: { email: cellOf('out', 100) },
        [second]: { email: cellOf(all ? 'out' : 'untouched', 100) },
      };
      await tool.connector.apply({
        ...{ address, addressKey, revision: 1, subjectId: 'sub_1', unknown: 'skip', outSince: {} },
        ...{ deliveryId: `tool-${addressKey}-1`, sentAt: SENT_AT },
        state: { kind: 'email', purposes, objectedToAll: all, erase: false, allMarketing: 'stopped' },
      });
    };

    it('names everybody whom the tool mails, and changes nothing', async () => {
      for (const address of [ADA, BOB]) tool.seed(address);
      const { found, failed } = await read();
      expect([failed, tool.effects()]).toEqual([[], 0]);
      for (const address of [ADA, BOB])
        expect(targetsOf(found, address)).toEqual(unsaid ? null : expect.anything());
    });

    it('names nobody for what they were stopped in, and who is let back in behind our back again', async () => {
      for (const address of [ADA, BOB]) tool.seed(address);
      await stop();
      const before = targetsOf((await read()).found, BOB) ?? [];
      const after = targetsOf((await read()).found, ADA);
      if (unsaid) expect(after).toBeNull();
      else expect(before.filter((target) => after?.includes(target) !== true)).toHaveLength(1);
      await stop(ADA, true);
      expect(targetsOf((await read()).found, ADA)).toBeUndefined();
      tool.letBackIn(ADA);
      expect(targetsOf((await read()).found, ADA)).toEqual(unsaid ? null : before);
    });

    it('loses nobody at the end of a page', async () => {
      const all = Array.from({ length: MANY }, (_, n) => `reader-${n}@example.org`);
      for (const value of all) tool.seed({ kind: 'email', value });
      const { found } = await read();
      const names = new Set(found.map(({ who }) => who.value));
      expect(all.filter((value) => !names.has(value))).toEqual([]);
    });

    it('asks for a page again that could not be read, and ends where the credential is not accepted', async () => {
      tool.seed(ADA);
      for (const fault of [{ status: 429 }, { status: 503 }, 'html' as const]) {
        tool.fail(fault);
        const { found, failed } = await read();
        expect([failed, targetsOf(found, ADA)]).toEqual([['retry'], unsaid ? null : expect.anything()]);
      }
      expect(await read(tool.stranger)).toEqual({ found: [], failed: ['config'] });
    });
  });
}
