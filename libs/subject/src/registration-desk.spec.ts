import { email, NOON, phone, world } from './world-spec.js';

const ada = { addresses: [email('ada@example.org')] };
const refused = (code: string, detail = '') =>
  expect.objectContaining({ code, detail: expect.stringContaining(detail) as unknown }) as unknown;

describe('POST /v1/subjects', () => {
  it('registers a person once: 201, then 200 with the earlier event', async () => {
    const { register, facts } = world();
    const first = await register({ ...ada, collectedAt: '2026-02-02T10:00:00+01:00' });
    const again = await register({ ...ada, collectedAt: '2026-02-02T10:00:00+01:00' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(facts(first.body.subjectId)).toMatchObject([
      { at: Date.parse('2026-02-02T09:00:00Z'), context: 'consumer', relationship: 'prospect', own: false },
    ]);
  });

  it('adds addresses to a known person and answers 200', async () => {
    const { register, facts } = world();
    const { body } = await register(ada);
    const more = await register({
      addresses: [...ada.addresses, phone('+33 6 12 34 56 78')],
    });
    expect([more.status, more.body.subjectId, more.body.revision]).toEqual([200, body.subjectId, 2]);
    expect(facts(body.subjectId).map(({ type }) => type)).toEqual(['SubjectRegistered', 'AddressAdded']);
  });

  it('takes any number of addresses, and an external id alone', async () => {
    const { register } = world();
    const many = Array.from({ length: 40 }, (_, index) => email(`a${index}@example.org`));
    expect((await register({ addresses: many })).status).toBe(201);
    expect((await register({ externalId: 'crm-1' })).status).toBe(201);
  });

  it('keeps the clear addresses and the language in the directory only', async () => {
    const { register, directory, facts, keyOf } = world();
    const { body } = await register({ ...ada, locale: 'fr-be' });
    const id = body.subjectId ?? '';
    expect(await directory.profile('presentinfini', id)).toEqual({ locale: 'fr-BE' });
    expect(await directory.address('presentinfini', keyOf('ada@example.org'))).toEqual(
      email('ada@example.org'),
    );
    expect(JSON.stringify(facts(id))).not.toContain('example.org');
  });

  it('records what was declined at collection, for declared purposes only (S2-36)', async () => {
    const { register, facts } = world();
    const { body } = await register({ ...ada, declined: ['offers'], informed: true, notice: 'collection' });
    expect(facts(body.subjectId)).toMatchObject([
      { declined: ['offers'], informed: true, notice: 'collection@1' },
    ]);
    await expect(register({ ...ada, declined: ['offers', 'ada@example.org'] })).rejects.toEqual(
      refused('purpose-unknown', '/declined/1'),
    );
  });

  it('names the member that is wrong, and repeats no value', async () => {
    const { register } = world();
    const wrong: [object, string, string][] = [
      [{}, 'invalid-request', '/addresses'],
      [{ addresses: [email('a@example.org'), email('nobody')] }, 'invalid-request', '/addresses/1/value'],
      [{ ...ada, collectedAt: 'last week' }, 'invalid-request', '/collectedAt'],
      [{ ...ada, occurredAt: 'x' }, 'invalid-request', '/occurredAt'],
      [{ ...ada, locale: 'not a tag' }, 'invalid-request', '/locale'],
      [
        { ...ada, evidence: { method: 'form', confirmedAt: 'x' } },
        'invalid-request',
        '/evidence/confirmedAt',
      ],
      [{ ...ada, notice: 'offers@7' }, 'notice-not-current', '/notice'],
      [{ ...ada, collectedAt: '2026-06-01T12:06:00Z' }, 'occurred-in-future', '/collectedAt'],
    ];
    for (const [body, code, pointer] of wrong)
      await expect(register(body)).rejects.toEqual(refused(code, pointer));
  });

  it('finds its own event when the request is repeated after a crash', async () => {
    const { register } = world();
    const first = await register(ada, { commandId: 'once' });
    expect(await register(ada, { commandId: 'once' })).toEqual(first);
  });

  it('registers nobody whose data may not be used: an erased person stays erased', async () => {
    const { register, subjects } = world();
    const { body } = await register(ada);
    const erase = { type: 'erase', at: NOON, reason: 'request' } as const;
    await subjects.send('presentinfini', body.subjectId ?? '', erase, { actor: 'key:test' });
    await expect(register(ada)).rejects.toEqual(refused('erased'));
  });
});

describe('A row of a file', () => {
  const by = { actor: 'key:test', causedBy: 'imp_1' };
  const later = { collectedAt: '2026-05-31', evidence: { method: 'form', note: 'asked at the stand' } };
  function imports() {
    const all = world();
    const noted: string[] = [];
    const note = (subjectId: string) => Promise.resolve(void noted.push(subjectId));
    const add = (body: object) => all.desk.import('presentinfini', body, note, by);
    return { ...all, noted, add };
  }

  it('registers whom nobody knows, noted before, as told by a file whatever it says of itself (K9)', async () => {
    const { add, noted, facts, directory } = imports();
    const { subjectId } = await add({ ...ada, ...later, informed: true, locale: 'fr' });
    expect(noted).toEqual([subjectId]);
    expect(facts(subjectId)).toMatchObject([
      { type: 'SubjectRegistered', own: false, informed: true, evidence: { method: 'import' } },
    ]);
    expect([...directory.evidence.values()]).toEqual([
      { method: 'import', toldMethod: 'form', note: 'asked at the stand' },
    ]);
  });

  it('adds addresses and refusals to whom is known, and nothing that could not be taken back', async () => {
    const { register, add, noted, facts, directory } = imports();
    const known = (await register({ ...ada, locale: 'en', collectedAt: '2026-02-02' })).body.subjectId ?? '';
    expect(
      (await add({ ...ada, ...later, informed: true, locale: 'fr', context: 'professional' })).events,
    ).toEqual([]);
    expect(noted).toEqual([]);
    await add({ ...ada, ...later, externalId: 'crm-1', declined: ['offers'] });
    expect(noted).toEqual([known]);
    expect(facts(known)).toMatchObject([
      { type: 'SubjectRegistered' },
      { type: 'AddressAdded' },
      { type: 'CollectionRecorded', informed: false, own: false, declined: ['offers'] },
    ]);
    expect(await directory.profile('presentinfini', known)).toEqual({ locale: 'en' });
  });

  it('lifts no restriction, revives no bounced address, and registers nobody who is being erased', async () => {
    const { register, add, subjects, facts, keyOf, noted } = imports();
    const id = (await register(ada)).body.subjectId ?? '';
    const send = (command: Parameters<typeof subjects.send>[2]) =>
      subjects.send('presentinfini', id, command, by);
    await send({ type: 'restrict', at: NOON, ground: 'request' });
    await send({ type: 'bounce', at: NOON, kind: 'email', key: keyOf('ada@example.org') });
    const before = facts(id);
    await add({ ...ada, collectedAt: '2026-06-01T12:04:00Z', evidence: { method: 'paper' } });
    expect(facts(id)).toEqual(before);
    await send({ type: 'erase', at: NOON, reason: 'request' });
    await expect(add(ada)).rejects.toEqual(refused('erased'));
    await expect(imports().add({})).rejects.toEqual(refused('invalid-request'));
    expect(noted).toEqual([]);
  });

  it('foreseen says what it would record, and records nothing', async () => {
    const { register, desk, facts, directory } = imports();
    const known = (await register(ada)).body.subjectId;
    const foresee = (body: object) => desk.foresee('presentinfini', body);
    expect(await foresee({ ...ada, externalId: 'crm-1' })).toMatchObject({
      person: { subjectId: known },
      facts: [{ type: 'AddressAdded' }],
    });
    expect(await foresee({ externalId: 'crm-2' })).toMatchObject({
      person: null,
      facts: [{ type: 'SubjectRegistered' }],
    });
    expect(facts(known)).toHaveLength(1);
    expect(directory.claims.size).toBe(1);
  });
});
