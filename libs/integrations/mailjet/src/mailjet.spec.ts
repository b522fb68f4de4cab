import {
  ADA,
  REFUSED_ALL,
  trialOf,
  underTest,
  usesItsWholeContract,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract } from '@assent/ports';
import { FakeMailjet } from './fake-mailjet.js';
import { mailjetKind } from './mailjet.js';

const bench = {
  kind: mailjetKind,
  fake: () => new FakeMailjet(7, 9, 11),
  purposes: { newsletter: { list: '7' }, offers: { list: '9' } },
  role: 'mixed',
} as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('Mailjet', underTest(bench));

describe('Mailjet', () => {
  let trial: Trial<FakeMailjet>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('writes booleans as texts: "false" is no stop', async () => {
    const { apply, look } = trial;
    expect((await look(ALL, REFUSED_ALL)).match).toBe('looser');
    await apply(ALL, REFUSED_ALL);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('equal');
  });

  it('excludes from campaigns and leaves the lists as they are, so that transactional mail and one list can go on', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    expect(fake.contact(ADA)).toMatchObject({ excluded: true, lists: { 7: false, 9: false, 11: false } });
    expect(fake.sent()).toBe(true);
    const told = { outSince: { '*': 50 } };
    expect((await apply({ newsletter: 'in', offers: 'out' }, told)).class).toBe('done');
    expect(['7', '9', '11'].map((list) => fake.mails(ADA, list))).toEqual([true, false, false]);
  });

  it('marks a person as gone from a list and never takes them off it: that would forget the opt-out', async () => {
    const { fake, apply } = trial;
    await apply({ newsletter: 'out' });
    expect(fake.calls.at(-1)?.body).toEqual({ ContactsLists: [{ ListID: 7, Action: 'unsub' }] });
    expect(fake.contact(ADA)?.lists[7]).toBe(true);
  });

  it('may accept a job and fail it: told again', async () => {
    const { fake, apply } = trial;
    fake.contacts = [];
    fake.jobsEnd = 'Error';
    const tombstone = { unknown: 'tombstone' } as const;
    expect(await apply({ newsletter: 'out' }, tombstone)).toMatchObject({
      class: 'retry',
      detail: 'job ends as Error',
    });
    fake.jobsEnd = 'Completed';
    expect((await apply({ newsletter: 'out' }, tombstone)).class).toBe('done');
    expect(fake.contact(ADA)?.excluded).toBe(true);
  });

  it('anonymises before anything is gone: the address is found no more', async () => {
    const { fake, erase, look } = trial;
    expect((await erase()).class).toBe('done');
    expect(await look({}, { state: { erase: true } })).toMatchObject({ match: 'equal', summary: 'erased' });
    expect(fake.contacts[0]?.email).toMatch(/@domain\.invalid$/);
  });

  it('takes only 200 for an erasure', async () => {
    trial.fake.fail({ operation: 'erase', status: 204, body: '' });
    expect((await trial.erase()).class).toBe('retry');
  });

  it('enters somebody new in the one list that they asked for', async () => {
    const { fake, apply } = trial;
    fake.contacts = [];
    expect((await apply({ newsletter: 'in', offers: 'untouched' })).class).toBe('done');
    expect(['7', '9'].map((list) => fake.mails(ADA, list))).toEqual([true, false]);
  });

  it('keeps a complaint through an opt-in', async () => {
    const { fake, apply } = trial;
    await apply({ newsletter: 'out' });
    const contact = fake.contact(ADA);
    if (contact) contact.complaining = true;
    expect((await apply({ newsletter: 'in' })).class).toBe('refused');
  });
});

usesItsWholeContract(bench);
