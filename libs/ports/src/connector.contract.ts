import type { CallEvidence, DesiredCell, DesiredState } from '@assent/contract';
import type { Connector, Desired, Observed, Outcome } from './connector.js';
import { connectorDeltaContract } from './connector-delta.contract.js';
import { ADA, BOB, cellOf, FAULTS, SENT_AT, ZOO, type ToolUnderTest } from './connector-world.js';

type Tris = readonly [DesiredCell['tri'], DesiredCell['tri']];
type More = Partial<Omit<Desired, 'state'>> & Partial<Pick<DesiredState, 'objectedToAll' | 'erase'>>;

/**
 * What every connector promises, whatever its tool (integrations.md §8.3). A capability changes what is expected, never
 * whether a case runs. Each case opens a tool of its own; every attempt is made at `sentAt`.
 */
export function connectorContract(
  name: string,
  open: (unknown: Desired['unknown'], sentAt: number) => Promise<ToolUnderTest>,
): void {
  connectorDeltaContract(name, () => open('skip', SENT_AT));
  describe(`${name}: a connector`, () => {
    let tool: ToolUnderTest;
    beforeEach(async () => {
      tool = await open('skip', SENT_AT);
    });
    afterEach(async () => {
      await tool.close();
      expect(tool.violations()).toEqual([]);
    });

    const desired = (
      tris: Tris,
      { objectedToAll = false, erase = false, ...more }: More = {},
      since = 100,
    ): Desired => {
      const { address = ADA, revision = 1 } = more;
      const addressKey = tool.keyOf(address);
      const purposes: DesiredState['purposes'] = {};
      tool.purposes.forEach(
        (purpose, i) => (purposes[purpose] = { email: cellOf(tris[i] ?? 'untouched', since) }),
      );
      return {
        ...{ address, addressKey, revision, subjectId: 'sub_1', unknown: 'skip', outSince: {} },
        ...{ deliveryId: `tool-${addressKey}-${revision}`, sentAt: SENT_AT },
        ...more,
        state: {
          ...{ kind: 'email', purposes, objectedToAll, erase },
          allMarketing: tris.includes('in') ? 'allowed' : 'stopped',
        },
      };
    };

    /** Personal data and credentials go to the tool and nowhere else. */
    function unspoilt<T extends { readonly calls: readonly CallEvidence[] }>(answer: T, address = ADA): T {
      const left = JSON.stringify(answer);
      for (const secret of [address.value, ...tool.secretsOf(address)]) expect(left).not.toContain(secret);
      for (const { operation } of answer.calls) expect(operation).toMatch(/^[A-Z]+ [/{]/);
      return answer;
    }
    const apply = async (wanted: Desired, connector: Connector = tool.connector): Promise<Outcome> =>
      unspoilt(await connector.apply(wanted), wanted.address);
    const look = async (wanted: Desired): Promise<Observed> =>
      unspoilt(await tool.connector.lookup(wanted), wanted.address);
    const mails = (address = ADA) => tool.purposes.map((purpose) => tool.mails(address, purpose));
    /** What a read-back says, where the tool can be read. */
    const readable = (match: Observed['match']) =>
      tool.connector.capabilities.readBack === 'get' ? match : 'unknown';
    /** A stop that needs no contact leaves an entry behind. */
    const keeps = () => tool.toldWhole || tool.keepsStops === true;

    it('finds nothing wrong with a tool that is in order', async () => {
      expect(unspoilt(await tool.connector.probe()).class).toBe('done');
      expect(tool.effects()).toBe(0);
    });

    it('tells a credential that is not accepted from everything else, and changes nothing with it', async () => {
      tool.seed(ADA);
      expect((await apply(desired(['out', 'untouched']), tool.stranger)).class).toBe('config');
      expect([mails(), tool.effects()]).toEqual([[true, true], 0]);
    });

    it('closes the target of one purpose and leaves the other, and everybody else, as they were', async () => {
      for (const address of [ADA, BOB]) tool.seed(address);
      const wanted = desired(['out', 'in']);
      expect((await apply(wanted)).class).toBe('done');
      expect([mails(), mails(BOB)]).toEqual([
        [false, true],
        [true, true],
      ]);
      expect((await look(wanted)).match).toBe(readable('equal'));
    });

    it('does nothing, and says so, when nothing is to be done', async () => {
      tool.seed(ADA);
      const outcome = await apply(desired(['untouched', 'untouched']));
      expect(outcome.class).toBe(tool.toldWhole ? 'done' : 'not-applicable');
      expect(tool.effects()).toBe(tool.toldWhole ? 1 : 0);
    });

    it('closes everything for whoever refused everything', async () => {
      tool.seed(ADA);
      const wanted = desired(['out', 'out'], { objectedToAll: true });
      expect((await apply(wanted)).class).toBe('done');
      expect(mails()).toEqual([false, false]);
      expect((await look(wanted)).match).toBe(readable('equal'));
    });

    it('K15 spares the one purpose that the person has opened again since', async () => {
      tool.seed(ADA);
      const wanted = desired(['out', 'in'], { objectedToAll: true });
      expect((await apply(wanted)).class).toBe('done');
      expect(mails()).toEqual([false, true]);
      expect((await look(wanted)).match).toBe(readable('equal'));
    });

    it('has one effect, however often it is told', async () => {
      tool.seed(ADA);
      const wanted = desired(['out', 'out'], { objectedToAll: true });
      const first = await apply(wanted);
      const effects = tool.effects();
      const again = await apply(wanted);
      expect([again.class, again.closed, tool.effects()]).toEqual([first.class, first.closed, effects]);
    });

    it.each(['skip', 'tombstone'] as const)('keeps an unknown address unmailed under %s', async (unknown) => {
      await tool.close();
      tool = await open(unknown, SENT_AT);
      const wanted = desired(['out', 'untouched'], { unknown });
      expect((await apply(wanted)).class).toBe('done');
      expect([mails()[0], tool.holds(ADA)]).toEqual([false, keeps() || unknown === 'tombstone']);
      expect((await look(wanted)).match).toBe(readable('equal'));
    });

    it('takes a target that is gone for a wrong setting, never for an absent person', async () => {
      tool.seed(ADA);
      tool.removeTargets();
      const outcome = await apply(desired(['out', 'out']));
      expect([outcome.class, outcome.closed]).toEqual(['config', undefined]);
      expect((await look(desired(['out', 'out']))).match).toBe('unknown');
    });

    it.each(FAULTS)('meets %s, and the stop arrives after it, once', async (_, fault, kind, wait) => {
      tool.seed(ADA);
      const wanted = desired(['out', 'in']);
      tool.fail(fault);
      const outcome = await apply(wanted);
      expect([outcome.class, outcome.retryAfterMs]).toEqual([kind, wait]);
      tool.mend();
      expect((await apply(wanted)).class).toBe('done');
      expect([mails(), tool.effects()]).toEqual([[false, true], 1]);
    });

    it('takes an answer that says nothing for no proof', async () => {
      tool.seed(ADA);
      const wanted = desired(['out', 'in']);
      tool.fail('html');
      const outcome = await apply(wanted);
      expect([outcome.class, outcome.verified]).toEqual([tool.toldWhole ? 'done' : 'retry', undefined]);
      expect((await look(wanted)).match).toBe('unknown');
    });

    it.each([403, 500])('leaves the question open when a read-back is answered %i', async (status) => {
      tool.seed(ADA);
      const wanted = desired(['out', 'in']);
      await apply(wanted);
      tool.fail({ status });
      expect((await look(wanted)).match).toBe('unknown');
    });

    it('sees that the tool has let somebody back in, and closes again', async () => {
      tool.seed(ADA);
      const wanted = desired(['out', 'out'], { objectedToAll: true });
      await apply(wanted);
      tool.letBackIn(ADA);
      expect(mails()).toEqual([true, true]);
      expect((await look(wanted)).match).toBe(readable('looser'));
      expect((await apply(wanted)).class).toBe('done');
      expect(mails()).toEqual([false, false]);
    });

    it('opens for an opt-in that is newer than the stop, asking the person no more than once', async () => {
      tool.seed(ADA);
      const { closed = [] } = await apply(desired(['out', 'untouched']));
      const outSince = Object.fromEntries(closed.map((name) => [name, 100]));
      const wanted = { ...desired(['in', 'untouched'], { revision: 2 }, 200), outSince };
      expect((await apply(wanted)).class).toBe('done');
      const effects = tool.effects();
      await apply(wanted);
      expect(tool.effects()).toBe(effects);
      expect((await look(wanted)).match).toBe(readable('equal'));
    });

    it('opens nobody whom the tool says to have been stopped there by somebody else', async () => {
      tool.seed(ADA);
      await apply(desired(['out', 'untouched']));
      const wanted = desired(['in', 'untouched'], { revision: 2 }, 200);
      // Some take a person off a list without a trace: nobody can tell that from never having been on it.
      const { out = [] } = await look(wanted);
      const isKnown = tool.offIsSilent !== true && (!Array.isArray(out) || out.length > 0);
      await apply(wanted);
      expect(mails()[0] && isKnown).toBe(false);
    });

    it('erases, also what is not there any more, and reads the absence', async () => {
      tool.seed(ADA);
      await apply(desired(['out', 'out'], { objectedToAll: true }));
      const wanted = desired(['out', 'out'], { objectedToAll: true, erase: true, revision: 2 });
      for (let time = 0; time < 2; time++) {
        expect(unspoilt(await tool.connector.erase(wanted)).class).toBe(
          tool.connector.capabilities.erase ?? 'done',
        );
        expect([mails(), tool.holds(ADA)]).toEqual([[false, false], keeps()]);
        expect((await look(wanted)).match).toBe(readable('equal'));
      }
    });

    it.each(ZOO)('stops %s and nobody else', async (value) => {
      const address = { kind: 'email', value } as const;
      for (const somebody of [address, BOB]) tool.seed(somebody);
      expect((await apply(desired(['out', 'in'], { address }))).class).toBe('done');
      expect([mails(address), mails(BOB)]).toEqual([
        [false, true],
        [true, true],
      ]);
      expect((await look(desired(['out', 'in'], { address }))).match).toBe(readable('equal'));
    });
  });
}
