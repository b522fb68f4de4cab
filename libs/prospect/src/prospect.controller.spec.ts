import type { ConsentFact, ConsentState, StoredEvent, SubjectFact, SubjectState } from '@assent/contract';
import { streamOf } from '@assent/kernel';
import { paris } from './calendar-spec.js';
import { START, subjectState, TENANT, world } from './world-spec.js';

const HOUR = 3_600_000;
const iso = (instant: number) => new Date(instant).toISOString();

describe('A response', () => {
  it('answers what was sent, and is recorded once', async () => {
    const { solicit, respond, show, clock } = await world();
    await solicit('spring', 'report');
    clock.set(START + HOUR);
    const first = await respond('click');
    expect(first.status).toBe(201);
    expect(await respond('click')).toEqual({ status: 200, answer: first.answer });
    expect(await show()).toMatchObject({ unanswered: [], lastActOfPerson: iso(START + HOUR) });
  });

  it('K9 that is an open, or comes from a scanner, is recorded and answers nothing', async () => {
    const { solicit, respond, show, facts } = await world();
    await solicit('spring', 'report');
    expect((await respond('open')).status).toBe(201);
    expect((await respond('click', { suspectedScanner: true })).status).toBe(201);
    expect(await show()).toMatchObject({ counted: 1, lastActOfPerson: null });
    expect((await facts()).filter(({ type }) => type === 'ProspectResponded')).toHaveLength(2);
  });

  it('told late counts by its time (K12)', async () => {
    const { solicit, respond, show, clock } = await world();
    await solicit('spring', 'report');
    clock.set(START + 24 * HOUR);
    await solicit('may', 'report');
    await respond('click', { occurredAt: iso(START + HOUR) });
    expect(await show()).toMatchObject({ unanswered: [{ campaign: 'may' }] });
  });
});

describe('A relationship', () => {
  it('begins and ends once, and the end has an instant', async () => {
    const { relate, show, clock } = await world();
    const began = await relate('became-customer');
    expect(began.status).toBe(201);
    clock.set(START + HOUR);
    expect(await relate('became-customer')).toEqual({ status: 200, answer: began.answer });
    expect(await show()).toMatchObject({ relationship: 'customer', nextChange: null });
    const ended = await relate('ended');
    expect(ended.status).toBe(201);
    clock.set(START + 2 * HOUR);
    expect(await relate('ended')).toEqual({ status: 200, answer: ended.answer });
    expect(await show()).toMatchObject({
      relationship: 'former-customer',
      customerSince: iso(START),
      customerUntil: iso(START + HOUR),
    });
  });
});

describe('GET /v1/subjects/{id}/prospect', () => {
  it('S2-23 says where the person stands and what time will change, in RFC 3339', async () => {
    const { solicit, show, clock } = await world();
    await solicit('spring', 'report');
    expect(await show()).toEqual({
      ...{
        subjectId: 'sub_1',
        relationship: 'prospect',
        status: 'active',
        counted: 1,
        limit: 2,
        revision: 2,
      },
      unanswered: [
        {
          ...{ solicitationId: 'spring', campaign: 'spring', channel: 'email', purpose: 'prospecting' },
          ...{ at: iso(START), state: 'delivered' },
        },
      ],
      ...{ collectedAt: iso(START), lastActOfPerson: null, customerSince: null, customerUntil: null },
      ...{ droppedOutAt: null, dropOutReason: null },
      nextChange: { at: iso(paris('2027-03-10 10:00')), to: 'dropped-out' },
    });
    clock.set(paris('2027-03-10 10:00'));
    expect(await show()).toMatchObject({
      ...{ status: 'dropped-out', dropOutReason: 'inactivity', nextChange: null },
    });
  });

  it('knows the person before anything was recorded here, and an opt-in before any reaction', async () => {
    const { show, log, clock } = await world();
    expect(await show()).toMatchObject({ status: 'active', collectedAt: iso(START), revision: 0 });
    clock.set(paris('2027-05-01'));
    expect(await show()).toMatchObject({ status: 'dropped-out' });
    const evidence = { id: 'ev', digest: 'd', method: 'form', confirmedAt: null };
    const given = { at: paris('2027-05-01'), eventId: 'c1', evidence, confirmedAt: null, expiredAt: null };
    const consents = [{ purpose: 'newsletter', channel: 'email', given, withdrawn: null }];
    await log.append(streamOf('consent', TENANT, 'sub_1'), 0, [], { consents, ends: [] });
    expect(await show()).toMatchObject({ status: 'active', lastActOfPerson: iso(paris('2027-05-01')) });
  });

  it('of nobody, and of who was erased, is answered as such', async () => {
    const { show, log } = await world();
    await expect(show('sub_9')).rejects.toMatchObject({ code: 'subject-unknown' });
    await log.append(streamOf('subject', TENANT, 'sub_1'), 0, [], subjectState({ erasedAt: START }));
    await expect(show()).rejects.toMatchObject({ code: 'subject-unknown' });
  });
});

describe('A registration elsewhere', () => {
  const event = (fact: object, state: SubjectState) =>
    ({ id: 's1', tenant: TENANT, stream: streamOf('subject', TENANT, 'sub_1'), fact, state }) as StoredEvent<
      SubjectFact,
      SubjectState
    >;
  const registered = { type: 'SubjectRegistered', own: false, collectedAt: START };

  it('registers the prospect once', async () => {
    const { registering, facts } = await world();
    await registering.collected(event(registered, subjectState()));
    await registering.collected(event(registered, subjectState()));
    expect(await facts()).toMatchObject([{ type: 'ProspectRegistered', at: START }]);
  });

  it('starts a fresh clock when the person gives the data again, and not when a file is imported again', async () => {
    const { registering, facts, clock } = await world();
    clock.set(paris('2027-05-01'));
    const again = { type: 'CollectionRecorded', collectedAt: clock.now() };
    await registering.collected(event({ ...again, own: false }, subjectState()));
    expect(await facts()).toHaveLength(1);
    const moved = subjectState({ collectedAt: clock.now(), ownCollection: true });
    await registering.collected(event({ ...again, own: true }, moved));
    expect(await facts()).toMatchObject([
      { type: 'ProspectRegistered', at: START },
      { type: 'ProspectReturned', at: clock.now(), by: 'collection' },
    ]);
  });
});

describe('An opt-in elsewhere', () => {
  const optIn = (more: object = {}, method = 'form') =>
    ({
      ...{ id: 'c1', tenant: TENANT, stream: streamOf('consent', TENANT, 'sub_1') },
      fact: { type: 'ConsentGiven', at: START + HOUR, evidence: { method }, restores: null, ...more },
    }) as unknown as StoredEvent<ConsentFact, ConsentState>;

  it('by own hand answers what was sent before it, once', async () => {
    const { solicit, answering, show, events, clock } = await world();
    await solicit('spring', 'report');
    await answering.optedIn(optIn());
    await answering.optedIn(optIn());
    expect((await events()).at(-1)).toMatchObject({
      ...{ version: 3, causedBy: 'c1', actor: 'reaction:prospect.answer-on-opt-in' },
      fact: { type: 'ProspectReturned', by: 'opt-in', at: START + HOUR },
    });
    clock.set(START + 2 * HOUR);
    expect(await show()).toMatchObject({ unanswered: [], lastActOfPerson: iso(START + HOUR) });
  });

  it('that is an import, or given back by an undo, is no act', async () => {
    const { answering, facts } = await world();
    await answering.optedIn(optIn({}, 'import'));
    await answering.optedIn(optIn({ restores: 'o1' }));
    expect(await facts()).toEqual([]);
  });
});

describe('The agenda', () => {
  it('S2-23 tells the drop-out at its instant, with the state that everyone may rely on', async () => {
    const { respond, waker, stream, clock, events } = await world();
    await respond('reply');
    const due = paris('2027-03-10 10:00');
    expect(await waker.wakeAt(stream)).toEqual({ version: 2, wakeAt: due });
    clock.set(due + HOUR);
    expect(await waker.wake(stream, clock.now())).toEqual({ version: 3, wakeAt: 'never' });
    expect((await events()).at(-1)).toMatchObject({
      ...{ actor: 'agenda', at: due, fact: { type: 'ProspectDroppedOut', reason: 'inactivity' } },
      state: { status: 'dropped-out', droppedOutAt: due },
    });
  });

  it('takes back the permit that nobody used', async () => {
    const { solicit, waker, stream, clock } = await world();
    await solicit('spring', 'permit');
    expect((await waker.wakeAt(stream)).wakeAt).toBe(START + 72 * HOUR);
    clock.set(START + 72 * HOUR);
    expect(await waker.wake(stream, clock.now())).toMatchObject({ version: 3 });
    expect(await waker.wakeAt('prospect/presentinfini/sub_9')).toEqual({ version: 0, wakeAt: 'never' });
  });
});
