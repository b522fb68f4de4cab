import type {
  OppositionFact,
  OppositionState,
  StoredEvent,
  SubjectFact,
  SubjectState,
} from '@assent/contract';
import { streamOf } from '@assent/kernel';
import { NOON, TENANT, world } from './world-spec.js';

type Opposed = StoredEvent<OppositionFact, OppositionState>;
const HOUR = 3_600_000;
const given = {
  ...{ subject: { email: 'ada@example.org' }, purpose: 'offers', channels: ['email'], decision: 'given' },
  ...{ notice: 'offers@2', evidence: { method: 'form' }, occurredAt: new Date(NOON - HOUR).toISOString() },
};

async function subscriber() {
  const all = world();
  all.subjects.add('sub_1', ['ada@example.org', 'home@example.org']);
  await all.post(given);
  const react = (event: StoredEvent) => all.reaction.objected(event as Opposed);
  return { ...all, react };
}

describe('An objection', () => {
  it('ends the consents of the person once, though it comes twice and every address has a copy', async () => {
    const { objected, react, facts } = await subscriber();
    const first = await objected('ada@example.org', NOON);
    const copy = await objected('home@example.org', NOON, first.id);
    for (const event of [first, first, copy, first, copy]) await react(event);
    expect(await facts('sub_1')).toMatchObject([
      { type: 'ConsentGiven' },
      { type: 'ConsentEnded', at: NOON, cause: first.id, scope: { purpose: '*', channel: '*' } },
    ]);
  });

  it('says what it followed from', async () => {
    const { objected, react, log } = await subscriber();
    const first = await objected('ada@example.org', NOON);
    await react(first);
    const ended = (await log.read(streamOf('consent', TENANT, 'sub_1'))).at(-1);
    expect(ended).toMatchObject({ causedBy: first.id, actor: 'reaction:consent.end-on-objection' });
  });

  it('K14 ends for good what is older, also where there was no consent', async () => {
    const { objected, react, subjects, facts } = await subscriber();
    subjects.add('sub_2', ['bo@example.org']);
    await react(await objected('bo@example.org', NOON));
    expect(await facts('sub_2')).toMatchObject([{ type: 'ConsentEnded' }]);
  });

  it('K10 to service messages ends nothing', async () => {
    const { objected, react, facts } = await subscriber();
    await react(await objected('ada@example.org', NOON, null, { purpose: 'account', channel: '*' }));
    expect(await facts('sub_1')).toHaveLength(1);
  });

  it('of an unknown address holds for the person who is registered with it later', async () => {
    const { objected, react, reaction, subjects, facts } = await subscriber();
    await react(await objected('bo@example.org', NOON));
    subjects.add('sub_2', ['bo@example.org']);
    await reaction.registered({
      ...{ id: 's1', tenant: TENANT, stream: streamOf('subject', TENANT, 'sub_2') },
      ...{ fact: { type: 'SubjectRegistered' }, state: subjects.states.get('sub_2') },
    } as StoredEvent<SubjectFact, SubjectState>);
    expect(await facts('sub_2')).toMatchObject([{ type: 'ConsentEnded', at: NOON }]);
  });
});

describe('An objection that is undone', () => {
  it('gives again what it had ended, once, and ends nothing when its copies come late', async () => {
    const { objected, undid, react, facts } = await subscriber();
    const first = await objected('ada@example.org', NOON);
    await react(first);
    const copy = await objected('home@example.org', NOON, first.id);
    const undone = await undid('ada@example.org', first.id, NOON + 60_000);
    for (const event of [undone, undone, copy, first]) await react(event);
    await react(await undid('home@example.org', copy.id, NOON + 60_000, first.id));
    expect(await facts('sub_1')).toMatchObject([
      { type: 'ConsentGiven', restores: null },
      { type: 'ConsentEnded' },
      { type: 'ConsentGiven', restores: first.id, at: NOON - HOUR, channels: ['email'] },
    ]);
  });

  it('on another address than that of the click gives again the same', async () => {
    const { objected, undid, react, facts } = await subscriber();
    const first = await objected('ada@example.org', NOON);
    await react(first);
    const copy = await objected('home@example.org', NOON, first.id);
    await react(await undid('home@example.org', copy.id, NOON + 60_000, first.id));
    expect((await facts('sub_1')).at(-1)).toMatchObject({ type: 'ConsentGiven', restores: first.id });
  });

  it('leaves the consent that it gives again the one that was reported', async () => {
    const { objected, undid, react, post } = await subscriber();
    const { answer } = await post(given);
    const first = await objected('ada@example.org', NOON);
    await react(first);
    await react(await undid('ada@example.org', first.id, NOON + 60_000));
    expect((await post(given)).answer.eventId).toBe(answer.eventId);
  });

  it('of which only the copy has been seen ends nothing', async () => {
    const { objected, undid, react, facts } = await subscriber();
    const first = await objected('ada@example.org', NOON);
    const copy = await objected('home@example.org', NOON, first.id);
    await undid('ada@example.org', first.id, NOON + 60_000);
    await react(copy);
    expect(await facts('sub_1')).toHaveLength(1);
  });

  it('before anything had reacted changes nothing', async () => {
    const { objected, undid, react, facts } = await subscriber();
    const first = await objected('ada@example.org', NOON);
    const undone = await undid('ada@example.org', first.id, NOON + 60_000);
    for (const event of [first, undone]) await react(event);
    expect(await facts('sub_1')).toHaveLength(1);
  });
});
