import { randomUUID } from 'node:crypto';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-03-10T10:00:00Z';

describe('A prospect', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: START });
  });
  beforeEach(() => world.setClock(START));
  afterAll(() => world?.end());

  async function prospect(more: object = {}) {
    const subject = { email: `${randomUUID()}@example.org` };
    const phone = `+336${String(parseInt(randomUUID().slice(0, 7), 16) % 1e8).padStart(8, '0')}`;
    const { subjectId } = await world.done(tenant, '/v1/subjects', {
      addresses: [
        { kind: 'email', value: subject.email },
        { kind: 'phone', value: phone },
      ],
      ...more,
    });
    await world.done(tenant, '/v1/consents', {
      subject,
      purpose: 'prospecting',
      decision: 'given',
      notice: 'prospecting@1',
      evidence: { method: 'form' },
    });
    return { subject, subjectId: String(subjectId) };
  }
  const solicit = (subject: object, campaign: string, mode: 'permit' | 'report', more: object = {}) =>
    world.post(tenant, '/v1/solicitations', {
      subject,
      solicitationId: `${campaign}-1`,
      campaign,
      channel: 'email',
      purpose: 'prospecting',
      mode,
      ...more,
    });
  const state = async (subjectId: string) =>
    (await world.get(tenant, `/v1/subjects/${subjectId}/prospect`)).json();

  it('gets a campaign permitted, reports it, and is counted once', async () => {
    const { subject, subjectId } = await prospect();
    const permit = await solicit(subject, 'spring', 'permit');
    expect(permit.status).toBe(201);
    expect(permit.json()['permit']).toEqual(expect.any(String));
    expect((await solicit(subject, 'spring', 'permit')).status).toBe(200);
    const report = await solicit(subject, 'spring', 'report');
    expect([report.status, report.json()['eligible']]).toEqual([201, true]);
    expect((await solicit(subject, 'spring', 'report')).status).toBe(200);
    expect((await state(subjectId))['unanswered']).toMatchObject([{ campaign: 'spring' }]);
  });

  it('is left alone after two unanswered campaigns, until the person acts (S2-24, S2-25)', async () => {
    const { subject, subjectId } = await prospect();
    await world.setClock(after(START, 'PT24H'));
    await solicit(subject, 'spring', 'report');
    await solicit(subject, 'spring', 'report', { solicitationId: 'spring-sms', channel: 'sms' });
    expect(await state(subjectId)).toMatchObject({ status: 'active' });
    await world.setClock(after(START, 'PT48H'));
    await solicit(subject, 'may', 'report');
    expect(await state(subjectId)).toMatchObject({ status: 'limit-reached', relationship: 'prospect' });
    const third = await solicit(subject, 'june', 'permit');
    expect([third.status, third.json()['code']]).toEqual([409, 'solicitation-limit-reached']);
    expect(JSON.stringify(await state(subjectId))).not.toContain('june');

    await world.setClock(after(START, 'PT72H'));
    const late = { subject, kind: 'click', occurredAt: after(START, 'PT25H') };
    await world.done(tenant, '/v1/responses', late);
    expect(await state(subjectId)).toMatchObject({ status: 'active', unanswered: [{ campaign: 'may' }] });
    await world.done(tenant, '/v1/solicitations/reverse', {
      subject,
      solicitationId: 'may-1',
      reason: 'bounced',
    });
    expect(await state(subjectId)).toMatchObject({ unanswered: [] });
  });

  it('that should not have been solicited is recorded as such when reported', async () => {
    const { subject } = await prospect();
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    const report = await solicit(subject, 'spring', 'report');
    expect(report.status).toBe(201);
    expect(report.json()).toMatchObject({ eligible: false, code: 'objection-in-force' });
  });

  it('who was stopped gets no permit for the time before, and none again that was given', async () => {
    const { subject } = await prospect();
    await world.setClock(after(START, 'PT1H'));
    expect((await solicit(subject, 'spring', 'permit')).status).toBe(201);
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    const again = await solicit(subject, 'spring', 'permit');
    expect([again.status, again.json()['code']]).toEqual([409, 'objection-in-force']);
    const before = await solicit(subject, 'may', 'permit', { occurredAt: after(START, 'PT59M') });
    expect([before.status, before.json()['code']]).toEqual([409, 'objection-in-force']);
  });

  describe('with a permit', () => {
    const verify = async (permit: unknown, as = tenant) =>
      (await world.post(as, '/v1/permits/verify', { permit })).json();
    const permitted = async (subject: object, campaign = 'spring') =>
      (await solicit(subject, campaign, 'permit')).json();

    it('is written to while it holds, and no more once a stop was acknowledged', async () => {
      const { subject, subjectId } = await prospect();
      const { permit, eventId } = await permitted(subject);
      expect(await verify(permit)).toMatchObject({
        ...{ valid: true, code: 'allowed', subjectId, eventId, solicitationId: 'spring-1' },
        ...{ channel: 'email', purpose: 'prospecting', basis: 'consent', policy: 'presentinfini@1' },
      });
      expect(Buffer.from(String(permit), 'base64url').toString()).not.toMatch(/example|@e/);
      const link = { subject, purpose: 'prospecting', channel: 'email' };
      const { unsubscribe } = await world.done(tenant, '/v1/links', link);
      expect((await world.call('POST', new URL(String(unsubscribe)).pathname)).status).toBe(200);
      expect(await verify(permit)).toMatchObject({ valid: false, code: 'objection-in-force', subjectId });
    });

    it('hears of a stop whatever idempotency key it asks with', async () => {
      const { subject } = await prospect();
      const { permit } = await permitted(subject);
      const ask = async () =>
        (await world.post(tenant, '/v1/permits/verify', { permit }, { 'idempotency-key': 'k' })).json();
      expect((await ask())['valid']).toBe(true);
      await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
      expect(await ask()).toMatchObject({ valid: false, code: 'objection-in-force' });
    });

    it('has the same one when a request is repeated, and another one when it has run out', async () => {
      const { subject } = await prospect();
      await world.setClock(START); // what follows from the registration is recorded: a permit names the revision it rests on
      const first = await permitted(subject);
      await world.setClock(after(START, 'PT4M'));
      expect(await permitted(subject)).toEqual(first);
      await world.setClock(after(START, 'PT15M'));
      expect(await verify(first['permit'])).toMatchObject({ valid: false, code: 'permit-expired' });
      const next = await permitted(subject);
      expect(next).toMatchObject({ eventId: first['eventId'], expiresAt: first['expiresAt'] });
      expect((await verify(next['permit']))['valid']).toBe(true);
      await solicit(subject, 'spring', 'report');
      expect(await verify(next['permit'])).toMatchObject({ valid: false, code: 'permit-used' });
    });

    it('is counted as often as permits are asked for, never as often as they are shown', async () => {
      const { subject } = await prospect();
      const [spring, may] = [await permitted(subject), await permitted(subject, 'may')];
      for (const { permit } of [spring, may, spring, may]) expect((await verify(permit))['valid']).toBe(true);
      expect((await solicit(subject, 'june', 'permit')).status).toBe(409);
    });

    it('is nobody to another tenant, and to whoever altered it', async () => {
      const { subject } = await prospect();
      const permit = String((await permitted(subject))['permit']);
      expect(await verify(permit, 'assistool')).toEqual({ valid: false, code: 'permit-of-another-tenant' });
      const altered = permit.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
      for (const forged of [altered, permit.slice(0, -4), 'permit'])
        expect(await verify(forged)).toEqual({ valid: false, code: 'permit-forged' });
      expect((await world.post(tenant, '/v1/permits/verify', {})).status).toBe(400);
    });
  });

  it('never has more permits out than the policy allows, however many are asked at once', async () => {
    const { subject } = await prospect();
    const asked = Array.from({ length: 12 }, (_, index) => solicit(subject, `campaign-${index}`, 'permit'));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(2);
    expect(statuses.filter((status) => status === 409)).toHaveLength(10);
  });

  it('gets an unused permit back after three days', async () => {
    const { subject } = await prospect();
    await solicit(subject, 'spring', 'permit');
    await solicit(subject, 'may', 'permit');
    expect((await solicit(subject, 'june', 'permit')).status).toBe(409);
    await world.setClock(after(START, 'PT72H'));
    expect((await solicit(subject, 'june', 'permit')).status).toBe(201);
  });

  it('drops out after a year without contact, and an old record brings nobody back (S2-23)', async () => {
    const { subject, subjectId } = await prospect();
    expect(await state(subjectId)).toMatchObject({ nextChange: { to: 'dropped-out' } });
    await world.setClock('2027-03-10T10:00:00Z');
    expect(await state(subjectId)).toMatchObject({ status: 'dropped-out' });
    const types = (await world.get(tenant, `/v1/subjects/${subjectId}/history`)).json<{
      items: { type: string }[];
    }>();
    expect(types.items.map(({ type }) => type)).toEqual(
      expect.arrayContaining([expect.stringMatching(/dropped-?out/i)]),
    );
    await world.done(tenant, '/v1/responses', { subject, kind: 'click' });
    await world.done(tenant, '/v1/subjects', {
      addresses: [{ kind: 'email', value: subject.email }],
      collectedAt: '2026-02-01T10:00:00Z',
      evidence: { method: 'form' },
    });
    expect(await state(subjectId)).toMatchObject({ status: 'dropped-out' });
    await world.setClock('2027-04-10T10:00:00Z');
    await world.done(tenant, '/v1/subjects', {
      addresses: [{ kind: 'email', value: subject.email }],
      collectedAt: '2027-04-10T10:00:00Z',
      evidence: { method: 'form' },
    });
    expect(await state(subjectId)).toMatchObject({ status: 'active' });
  });

  it('who becomes a customer is not counted while the relation lasts (A2-9)', async () => {
    const { subject, subjectId } = await prospect();
    await solicit(subject, 'spring', 'report');
    await solicit(subject, 'may', 'report');
    await world.done(tenant, '/v1/relationships', { subject, change: 'became-customer' });
    expect(await state(subjectId)).toMatchObject({ relationship: 'customer', status: 'active' });
  });

  it('nobody knows is answered 404', async () => {
    const subject = { email: `${randomUUID()}@example.org` };
    expect((await solicit(subject, 'spring', 'permit')).json()['code']).toBe('subject-unknown');
    const response = await world.post(tenant, '/v1/responses', { subject, kind: 'click' });
    expect([response.status, response.json()['code']]).toEqual([404, 'subject-unknown']);
  });

  it('is never solicited for a purpose that the policy does not declare', async () => {
    const { subject } = await prospect();
    const answer = await solicit(subject, 'spring', 'permit', { purpose: 'promotion' });
    expect([answer.status, answer.json()['code']]).toEqual([422, 'purpose-unknown']);
  });
});
