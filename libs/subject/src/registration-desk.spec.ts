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
