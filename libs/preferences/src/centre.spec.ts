import type { ConsentFact, SubjectFact } from '@assent/contract';
import { purposeChoices, servicePurposes } from './centre.js';
import {
  at,
  given,
  objected,
  policy,
  policyWith,
  purpose,
  registered,
  standingOf,
  type Told,
} from './people-spec.js';

const NOW = at('06-01');
const centre = async (told: Told, asked = 'newsletter', rules = policy) =>
  purposeChoices(await standingOf(told), rules, NOW, asked);
const one = async (told: Told, of = 'newsletter', rules = policy) =>
  (await centre(told, of, rules)).find((choice) => choice.purpose === of);
const person = [registered()];
const line = (said: string, day: string | null) => ({
  channels: [],
  said,
  since: day === null ? null : at(day),
});

describe('A choice in the preference centre', () => {
  it('is there for every marketing purpose of the policy, asked for or not, and for no other', async () => {
    const choices = await centre({ person });
    expect(choices.map(({ purpose, tone }) => [purpose, tone])).toEqual([
      ['newsletter', 'none'],
      ['prospecting', 'none'],
    ]);
    expect(servicePurposes(policy)).toEqual(['customer']);
  });

  it('is there for each list that the person named, and for the one of the link', async () => {
    const consents = [given('02-01', 'newsletter.weekly')];
    const purposes = (await centre({ person, consents }, 'newsletter.daily')).map(({ purpose }) => purpose);
    expect(purposes).toEqual(['newsletter', 'newsletter.daily', 'newsletter.weekly', 'prospecting']);
  });

  it('says yes with its day, and whether it was confirmed', async () => {
    const confirmed = await one({ person, consents: [given('02-01', 'newsletter')] });
    expect(confirmed).toMatchObject({ tone: 'on', lines: [line('confirmed', '02-01')], stoppable: true });
    const plain = await one({ person, consents: [given('02-01', 'prospecting', false)] }, 'prospecting');
    expect(plain?.lines).toEqual([line('consent', '02-01')]);
  });

  it('keeps the day of the confirmed yes when a later one lacks its second step', async () => {
    const consents = [given('02-01', 'newsletter'), given('03-01', 'newsletter', false)];
    expect((await one({ person, consents }))?.lines).toEqual([line('confirmed', '02-01')]);
  });

  it('waits for the second step', async () => {
    const waiting = await one({ person, consents: [given('02-01', 'newsletter', false)] });
    expect(waiting).toMatchObject({ tone: 'wait', lines: [line('waiting', '02-01')] });
  });

  it('says no with its day, whatever was agreed before, and cannot be stopped again', async () => {
    const told = { person, consents: [given('02-01', 'newsletter')], list: [objected('05-01', '*')] };
    expect(await one(told)).toMatchObject({
      ...{ tone: 'off', lines: [line('refused', '05-01')], stoppable: false, notice: 'newsletter@1' },
    });
  });

  it('says so when an earlier no has ended what was agreed', async () => {
    const scope = { purpose: 'newsletter', channel: '*' };
    const ended: ConsentFact = { type: 'ConsentEnded', at: at('03-01'), cause: 'o1', scope };
    const told = { person, consents: [given('02-01', 'newsletter'), ended] };
    expect(await one(told)).toMatchObject({ tone: 'off', lines: [line('ended', null)], stoppable: true });
  });

  it('takes no consent to one list for one to another, nor one to the list for one to all', async () => {
    const consents = [given('02-01', 'newsletter')];
    expect((await one({ person, consents }, 'newsletter.daily'))?.lines).toEqual([line('nothing', null)]);
  });

  it('tells channels apart only where they differ', async () => {
    const phone: SubjectFact = { type: 'AddressAdded', at: at('01-02'), kind: 'phone', key: 'b'.repeat(32) };
    const list = [{ ...objected('05-01', 'loyalty'), scope: { purpose: 'loyalty', channel: 'email' } }];
    const rules = policyWith(purpose('loyalty', { channels: ['email', 'sms'] }));
    const both = await one({ person: [...person, phone], list }, 'loyalty', rules);
    expect(both?.lines).toEqual([
      { channels: ['email'], said: 'refused', since: at('05-01') },
      { channels: ['sms'], said: 'nothing', since: null },
    ]);
    expect((await one({ person, list }, 'loyalty', rules))?.lines).toEqual([line('refused', '05-01')]);
  });
});
