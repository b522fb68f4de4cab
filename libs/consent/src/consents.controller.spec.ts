import { NOON, world } from './world-spec.js';

const subject = { email: 'ada@example.org' };
const evidence = { method: 'form', note: 'asked at the stand' };
const given = { subject, purpose: 'offers', decision: 'given', notice: 'offers@2', evidence };
const hoursAgo = (hours: number) => new Date(NOON - hours * 3_600_000).toISOString();
const code = (refused: string) => expect.objectContaining({ code: refused }) as Error;

describe('POST /v1/consents', () => {
  it('records a consent on the channels of the purpose, with its notice, for a person it registers', async () => {
    const { post, facts, subjects } = world();
    const { status, answer } = await post(given);
    expect(status).toBe(201);
    expect(answer).toMatchObject({ subjectId: 'sub_1', revision: 1, recordedAt: hoursAgo(0) });
    expect(subjects.registered).toEqual([{ source: 'consent', at: NOON, actor: 'key:1', own: true }]);
    expect(await facts('sub_1')).toMatchObject([
      {
        ...{ type: 'ConsentGiven', at: NOON, purpose: 'offers', channels: ['email', 'sms'], restores: null },
        notice: { id: 'offers', version: 2, digest: 'n' },
        evidence: { method: 'form' },
      },
    ]);
  });

  it('keeps what the evidence says out of the event', async () => {
    const { post, facts } = world();
    await post(given);
    expect(JSON.stringify(await facts('sub_1'))).not.toContain('stand');
  });

  it('answers the same consent with the earlier event, also when a newer one has followed', async () => {
    const { post, facts } = world();
    const early = { ...given, occurredAt: hoursAgo(5) };
    const first = await post(early);
    expect(await post(early)).toEqual({ status: 200, answer: first.answer });
    await post({ ...given, occurredAt: hoursAgo(2) });
    const again = await post(early);
    expect(again).toMatchObject({ status: 200, answer: { eventId: first.answer.eventId } });
    expect(await facts('sub_1')).toHaveLength(2);
  });

  it('answers a request that is repeated after a crash as it would have answered the first time', async () => {
    const { post, facts, clock } = world();
    const first = await post(given, 'c1');
    clock.set(NOON + 1000);
    expect(await post(given, 'c1')).toEqual(first);
    const dated = { ...given, occurredAt: hoursAgo(0) };
    expect(await post(dated, 'c1')).toEqual(first);
    expect(await post(dated, 'c2')).toEqual({ ...first, status: 200 });
    expect(await facts('sub_1')).toHaveLength(1);
  });

  it('knows which notice was in force', async () => {
    const { post } = world();
    await expect(post({ ...given, notice: 'offers@1' })).rejects.toEqual(code('notice-not-current'));
    await expect(post({ ...given, notice: 'offers@9' })).rejects.toEqual(code('notice-not-current'));
    await expect(post({ ...given, notice: undefined })).rejects.toEqual(code('notice-not-current'));
    expect((await post({ ...given, notice: 'offers' })).status).toBe(201);
  });

  it('takes no consent that cannot be proven, and registers nobody for it', async () => {
    const { post, subjects } = world();
    await expect(post({ ...given, evidence: undefined })).rejects.toEqual(code('evidence-missing'));
    await expect(post({ ...given, purpose: 'gifts' })).rejects.toEqual(code('purpose-unknown'));
    expect(subjects.registered).toEqual([]);
  });

  it('refuses an unknown id, a second step in the future, and members that it does not know', async () => {
    const { post } = world();
    await expect(post({ ...given, subject: { id: 'sub_9' } })).rejects.toEqual(code('subject-unknown'));
    const confirmedAt = new Date(NOON + 3_600_000).toISOString();
    await expect(post({ ...given, evidence: { ...evidence, confirmedAt } })).rejects.toEqual(
      code('occurred-in-future'),
    );
    await expect(async () => post({ ...given, colour: 'red' })).rejects.toEqual(code('invalid-request'));
    await expect(async () => post({ ...given, channels: ['pigeon'] })).rejects.toEqual(
      code('invalid-request'),
    );
  });

  it('notes a consent that is older than an objection, once, and says so each time', async () => {
    const { post, objected, facts } = world();
    await objected('ada@example.org', NOON - 3_600_000);
    const late = { ...given, occurredAt: hoursAgo(2) };
    await expect(post(late)).rejects.toEqual(code('objection-newer'));
    await expect(post(late)).rejects.toEqual(code('objection-newer'));
    expect(await facts('sub_1')).toMatchObject([{ type: 'ConsentNoted', because: 'objection-newer' }]);
    expect((await post(given)).status).toBe(201);
  });

  it('K15 lets no import lift an objection on any address of the person', async () => {
    const { post, objected, subjects, facts } = world();
    subjects.add('sub_7', ['ada@example.org', 'old@example.org']);
    await objected('old@example.org', NOON - 3_600_000);
    const imported = { ...given, evidence: { method: 'import' } };
    await expect(post(imported)).rejects.toEqual(code('objection-in-force'));
    expect(await facts('sub_7')).toMatchObject([{ type: 'ConsentNoted', because: 'cannot-lift' }]);
    expect((await post(given)).status).toBe(201);
  });

  it('K14 takes an import that is newer than an objection whose time is over', async () => {
    const { post, objected, clock } = world();
    await objected('ada@example.org', NOON);
    clock.set(NOON + 3 * 365 * 86_400_000 - 1);
    const imported = { ...given, evidence: { method: 'import' } };
    await expect(post(imported)).rejects.toEqual(code('objection-in-force'));
    clock.set(NOON + 3 * 365 * 86_400_000);
    expect((await post(imported)).status).toBe(201);
  });

  it('takes a purpose refused at collection for an objection, before anything has reacted', async () => {
    const { post, subjects } = world();
    const declined = [{ purpose: 'offers', since: NOON - 3_600_000, eventId: 's1' }];
    subjects.add('sub_7', ['ada@example.org'], { declined });
    await expect(post({ ...given, evidence: { method: 'import' } })).rejects.toEqual(
      code('objection-in-force'),
    );
    expect(
      (await post({ ...given, purpose: 'newsletter', notice: 'newsletter', evidence: { method: 'import' } }))
        .status,
    ).toBe(201);
  });

  it('K10 lets a purpose of service be consented to in spite of an objection', async () => {
    const { post, objected } = world();
    await objected('ada@example.org', NOON);
    const service = { ...given, purpose: 'account', notice: 'account@2' };
    expect((await post({ ...service, occurredAt: hoursAgo(3) })).status).toBe(201);
  });
});

describe('A withdrawal by POST /v1/consents', () => {
  const withdrawn = { subject, purpose: 'offers', decision: 'withdrawn' };

  it('needs neither evidence nor notice, and is recorded once', async () => {
    const { post, clock } = world();
    await post({ ...given, occurredAt: hoursAgo(2) });
    const first = await post(withdrawn);
    expect(first).toMatchObject({ status: 201, answer: { revision: 2 } });
    clock.set(NOON + 60_000);
    expect(await post(withdrawn)).toEqual({ status: 200, answer: first.answer });
  });

  it('makes an older consent history', async () => {
    const { post, facts } = world();
    await post(withdrawn);
    const late = await post({ ...given, occurredAt: hoursAgo(1) });
    expect(late).toMatchObject({
      status: 201,
      answer: { noted: [{ channels: ['email', 'sms'], because: 'withdrawal-newer' }] },
    });
    expect(await facts('sub_1')).toMatchObject([{ type: 'ConsentWithdrawn' }, { type: 'ConsentNoted' }]);
  });
});
