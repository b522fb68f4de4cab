import { randomUUID } from 'node:crypto';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const person = () => ({ email: `${randomUUID()}@example.org` });
const addresses = ({ email }: { email: string }) => [{ kind: 'email', value: email }];
const optIn = (subject: object, at: string, more: object = {}) => ({
  subject,
  purpose: 'prospecting',
  channels: ['email'],
  decision: 'given',
  notice: 'prospecting@1',
  evidence: { method: 'form' },
  occurredAt: at,
  ...more,
});

describe('An objection', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: '2026-06-01T08:00:00Z' });
  });
  afterAll(() => world?.end());

  const ask = async (subject: object, purpose = 'prospecting') =>
    String((await world.done(tenant, '/v1/eligibility', { subject, purpose, channel: 'email' }))['code']);

  it('by letter from an unknown address holds before and after the address is registered (S2-32)', async () => {
    const subject = person();
    const answer = await world.post(tenant, '/v1/objections', { subject, source: 'letter' });
    expect([answer.status, answer.json()['subjectId']]).toEqual([201, null]);
    expect(await ask(subject)).toBe('objection-in-force');
    await world.done(tenant, '/v1/subjects', {
      addresses: addresses(subject),
      relationship: 'customer',
      informed: true,
    });
    expect(await ask(subject)).toBe('objection-in-force');
  });

  it('is answered with the earlier event when repeated within a day, and lists its end', async () => {
    const subject = person();
    const first = await world.done(tenant, '/v1/objections', { subject, source: 'phone' });
    const again = await world.post(tenant, '/v1/objections', { subject, source: 'letter' });
    expect([again.status, again.json()['eventId']]).toEqual([200, first['eventId']]);
    const { items } = await world.done(tenant, '/v1/objections/find', { subject });
    expect(items).toMatchObject([{ eventId: first['eventId'], purpose: '*', channel: '*' }]);
  });

  it('survives a re-import of the address, which registers nobody anew (S0-63)', async () => {
    const subject = person();
    const entry = { addresses: addresses(subject), collectedAt: '2026-01-05T09:00:00+01:00' };
    const { subjectId } = await world.done(tenant, '/v1/subjects', entry);
    await world.done(tenant, '/v1/consents', optIn(subject, '2026-01-05T09:00:00+01:00'));
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    const again = await world.post(tenant, '/v1/subjects', {
      ...entry,
      collectedAt: '2026-05-30T09:00:00+02:00',
      source: 'crm-export',
      evidence: { method: 'import' },
    });
    expect([again.status, again.json()['subjectId']]).toEqual([200, subjectId]);
    const imported = optIn(subject, '2026-06-01T09:00:00+02:00', { evidence: { method: 'import' } });
    expect((await world.post(tenant, '/v1/consents', imported)).json()['code']).toMatch(/^objection-/);
    expect(await ask(subject)).toBe('objection-in-force');
  });

  it('holds for every address of the person, also one added later', async () => {
    const subject = person();
    const second = person();
    await world.done(tenant, '/v1/subjects', { addresses: addresses(subject) });
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    await world.done(tenant, '/v1/subjects', { addresses: [...addresses(subject), ...addresses(second)] });
    expect(await ask(second)).toBe('objection-in-force');
  });

  it('ends for one purpose by a newer opt-in of the person, and stays for all others (K15)', async () => {
    await world.setClock('2026-06-01T08:00:00Z');
    const subject = person();
    await world.done(tenant, '/v1/subjects', { addresses: addresses(subject), informed: true });
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    await world.setClock('2026-06-02T08:00:00Z');
    const older = await world.post(tenant, '/v1/consents', optIn(subject, '2026-05-31T08:00:00Z'));
    expect([older.status, older.json()['code']]).toEqual([409, 'objection-newer']);
    expect(await ask(subject)).toBe('objection-in-force');
    await world.done(tenant, '/v1/consents', optIn(subject, '2026-06-02T08:00:00Z'));
    expect(await ask(subject)).toBe('allowed');
    expect(await ask(subject, 'loyalty')).toBe('objection-in-force');
  });

  it('is not lifted without an act of the person', async () => {
    const subject = person();
    const { eventId } = await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    const lift = { subject, purpose: 'prospecting', channel: 'email', proof: { eventId } };
    const answer = await world.post(tenant, '/v1/objections/lift', lift);
    expect([answer.status, answer.json()['code']]).toEqual([409, 'proof-missing']);
  });

  it('repeated within a day is not slipped past by an opt-in of in between that is told late (K14)', async () => {
    await world.setClock('2026-06-01T08:00:00Z');
    const subject = person();
    await world.done(tenant, '/v1/subjects', { addresses: addresses(subject) });
    await world.done(tenant, '/v1/objections', { subject, source: 'form' });
    await world.setClock('2026-06-01T12:00:00Z');
    expect((await world.post(tenant, '/v1/objections', { subject, source: 'form' })).status).toBe(200);
    await world.setClock('2026-06-01T13:00:00Z');
    const between = await world.post(tenant, '/v1/consents', optIn(subject, '2026-06-01T10:00:00Z'));
    expect(between.status).toBe(409);
    expect(await ask(subject)).toBe('objection-in-force');
    await world.done(tenant, '/v1/consents', optIn(subject, '2026-06-01T13:00:00Z'));
    expect(await ask(subject)).toBe('allowed');
  });

  it('is not forgotten by a question about the past when it has left the list since', async () => {
    await world.setClock('2026-07-01T07:30:00Z');
    const subject = person();
    const registered = { addresses: addresses(subject), collectedAt: '2025-02-03T09:00:00+01:00' };
    await world.done(tenant, '/v1/subjects', registered);
    await world.done(tenant, '/v1/consents', optIn(subject, '2025-02-03T09:00:00+01:00'));
    await world.done(tenant, '/v1/objections', { subject, purpose: 'newsletter', source: 'letter' });
    await world.setClock('2030-01-01T00:00:00Z');
    const past = { subject, purpose: 'newsletter', channel: 'email', at: '2028-07-01T09:29:59+02:00' };
    expect((await world.done(tenant, '/v1/eligibility', past))['code']).toBe('objection-in-force');
    await world.setClock('2026-06-01T08:00:00Z');
  });

  it('apart, a withdrawal is not undone by an import either', async () => {
    await world.setClock('2026-06-05T08:00:00Z');
    const subject = person();
    await world.done(tenant, '/v1/consents', optIn(subject, '2026-06-01T08:00:00Z'));
    const withdrawal = { subject, purpose: 'prospecting', decision: 'withdrawn' };
    await world.done(tenant, '/v1/consents', withdrawal);
    expect(await ask(subject)).toBe('consent-withdrawn');
    await world.setClock('2026-06-06T08:00:00Z');
    for (const method of ['import', 'integration', 'operator', 'script']) {
      const again = optIn(subject, '2026-06-06T08:00:00Z', { evidence: { method } });
      const answer = await world.post(tenant, '/v1/consents', again);
      expect([answer.status, answer.json()['code']]).toEqual([409, 'consent-withdrawn']);
    }
    expect(await ask(subject)).toBe('consent-withdrawn');
    await world.done(tenant, '/v1/consents', optIn(subject, '2026-06-06T08:00:00Z'));
    expect(await ask(subject)).toBe('allowed');
  });

  it('wins or loses as a whole among fifty acts at once, and the last answer is never "allowed" after a stop', async () => {
    await world.setClock('2026-06-03T08:00:00Z');
    const subject = person();
    await world.done(tenant, '/v1/subjects', { addresses: addresses(subject) });
    const acts = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0
        ? world.post(tenant, '/v1/consents', optIn(subject, '2026-06-03T08:00:00Z'))
        : world.post(tenant, '/v1/objections', {
            subject,
            source: 'form',
            occurredAt: '2026-06-03T08:00:00Z',
          }),
    );
    const statuses = (await Promise.all(acts)).map(({ status }) => status);
    expect(statuses.every((status) => [200, 201, 409].includes(status))).toBe(true);
    expect(await ask(subject)).toBe('objection-in-force');
    const { items } = await world.done(tenant, '/v1/objections/find', { subject });
    expect(items).toHaveLength(1);
  });

  it('of one tenant is unknown to another (isolation)', async () => {
    const subject = person();
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    const { items } = await world.done('assistanceweb', '/v1/objections/find', { subject });
    expect(items).toEqual([]);
  });
});
