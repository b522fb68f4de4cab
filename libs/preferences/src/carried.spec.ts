import { DELIVERY_STATES, type DeliveryStateName, type DesiredCell } from '@assent/contract';
import type { Integration } from '@assent/policy';
import type { DeliveryRow } from '@assent/ports';
import { carriedTo } from './carried.js';
import { at } from './people-spec.js';
import type { Choice } from './picture.js';
import type { GuardedRow } from './refused-at-send.js';

const tool = (id: string, more: Partial<Integration> = {}): Integration =>
  ({ id, role: 'marketing', purposes: {}, enabled: true, ...more }) as Integration;
const MAILCHIMP = tool('mailchimp-main', {
  purposes: { newsletter: { list: 'a1' } },
  processor: { name: 'Mailchimp', country: 'US' },
});
const cell = (verdict: DesiredCell['verdict'], tri: DesiredCell['tri']): DesiredCell => ({
  ...{ verdict, tri, code: 'x', since: null, eventId: null },
});
const row = (more: Partial<DeliveryRow> = {}, told = cell('stopped', 'out')): DeliveryRow =>
  ({
    ...{ integration: 'mailchimp-main', state: 'verified', verifiedAt: at('05-02'), acceptedAt: at('05-01') },
    ...{ firstDueAt: at('04-30'), desired: { purposes: { newsletter: { email: told } } } },
    ...more,
  }) as unknown as DeliveryRow;
const choices = (allowed = false): Choice[] => [{ channel: 'email', allowed } as Choice];

const carried = (
  rows: readonly DeliveryRow[],
  { allowed = false, purpose = 'newsletter', tools = [MAILCHIMP], active = true, name = '' } = {},
) =>
  carriedTo(
    { purpose, choices: choices(allowed) },
    tools,
    rows,
    () => active,
    () => name || undefined,
  );

describe('Where a choice has been carried to', () => {
  it.each<[DeliveryStateName, string, string | null]>([
    ['verified', 'seen', '05-02'],
    ['accepted', 'told', '05-01'],
    ['enforced-at-send', 'guarded', null],
    ['queued', 'due', '04-30'],
    ['sent', 'due', '04-30'],
    ['superseded', 'due', '04-30'],
    ['drifted', 'undone', null],
    ['failed', 'stuck', '04-30'],
    ['not-supported', 'stuck', '04-30'],
    ['refused', 'closed', null],
    ['not-applicable', 'absent', null],
  ])('a delivery that is %s is shown as %s', (state, progress, day) => {
    expect(carried([row({ state })])).toEqual([
      {
        ...{ integration: 'mailchimp-main', name: 'Mailchimp', verdict: 'stopped', progress },
        at: day === null ? null : at(day),
        refused: null,
      },
    ]);
  });

  it('is told for every state that a delivery can have', () => {
    for (const state of DELIVERY_STATES) expect(carried([row({ state })])).toHaveLength(1);
  });

  it('is not yet told while the plan holds the choice of before', () => {
    const before = [row({}, cell('allowed', 'in'))];
    expect(carried(before)).toMatchObject([{ verdict: 'stopped', progress: 'due', at: null }]);
    expect(carried(before, { allowed: true })).toMatchObject([{ verdict: 'allowed', progress: 'seen' }]);
  });

  it('leaves out tools that are left as they are, that send something else, or nothing of marketing', () => {
    expect(carried([row({}, cell('stopped', 'untouched'))])).toEqual([]);
    expect(carried([row()], { purpose: 'offers' })).toEqual([]);
    expect(carried([row()], { tools: [tool('mailchimp-main', { role: 'transactional' })] })).toEqual([]);
    expect(carried([])).toEqual([]);
  });

  it('follows a list to the tool of its parent', () => {
    expect(carried([row()], { purpose: 'newsletter.weekly' })).toMatchObject([{ progress: 'seen' }]);
  });

  it('is told as the least certain of several addresses', () => {
    const rows = [row(), row({ state: 'queued' }), row({ state: 'accepted' })];
    expect(carried(rows)).toMatchObject([{ progress: 'due' }]);
  });

  it('says how often a message for it was refused at the moment of sending, and when last', () => {
    const refusedAt = (purposes: Record<string, [times: number, day: string]>): Partial<GuardedRow> => ({
      state: 'enforced-at-send',
      refusedAtSend: {
        ...{ times: 9, lastAt: at('05-09'), lastCode: 'objection-in-force' },
        purposes: Object.fromEntries(
          Object.entries(purposes).map(([of, [times, day]]) => [of, { times, lastAt: at(day) }]),
        ),
      },
    });
    const rows = [
      row(refusedAt({ newsletter: [2, '05-03'], offers: [4, '05-09'] })),
      row(refusedAt({ 'newsletter.weekly': [1, '05-04'] })),
    ];
    expect(carried(rows)).toMatchObject([
      { progress: 'guarded', refused: { times: 3, lastAt: at('05-04') } },
    ]);
    expect(carried(rows, { purpose: 'newsletter.weekly' })).toMatchObject([
      { refused: { times: 1, lastAt: at('05-04') } },
    ]);
  });

  it('says when a tool is not in use', () => {
    expect(carried([row()], { active: false })).toMatchObject([{ progress: 'unused', at: null }]);
  });

  it("names the tool by the tenant's text, by its processor, or not at all", () => {
    const names = (options: object) => carried([row()], options).map(({ name }) => name);
    expect(names({ name: 'Our newsletter tool' })).toEqual(['Our newsletter tool']);
    expect(names({})).toEqual(['Mailchimp']);
    expect(names({ tools: [tool('mailchimp-main')] })).toEqual([null]);
  });
});
