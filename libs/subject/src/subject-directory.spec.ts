import { ulid } from '@assent/kernel';
import { SeveralOwners } from './claims.js';
import { email, NOON, phone, TENANT, world } from './world-spec.js';

const ada = { addresses: [email('Ada@Example.org ')] };

describe('A reference', () => {
  it('means the same person however the address is written', async () => {
    const { register, subjects } = world();
    const { body } = await register(ada);
    for (const ref of [
      { email: 'ADA@example.ORG' },
      { email: 'ada@example.org' },
      { id: body.subjectId ?? '' },
    ]) {
      expect(await subjects.resolve(TENANT, ref)).toMatchObject({ subjectId: body.subjectId, version: 1 });
    }
  });

  it('to an unknown address has a key and nobody behind it', async () => {
    const { subjects, keyOf } = world();
    expect(await subjects.resolve(TENANT, { email: 'nobody@example.org' })).toEqual({
      subjectId: null,
      state: null,
      version: 0,
      key: keyOf('nobody@example.org'),
      address: { kind: 'email', value: 'nobody@example.org' },
      keys: [keyOf('nobody@example.org')],
    });
  });

  it('says which member is no address', async () => {
    const { subjects } = world();
    expect(await subjects.resolve(TENANT, { email: 'nobody' })).toEqual({ malformed: 'email' });
    expect(await subjects.resolve(TENANT, { phone: '12' })).toEqual({ malformed: 'phone' });
    expect(await subjects.resolve(TENANT, { id: '../etc' })).toEqual({ malformed: 'id' });
  });

  it('to the id of another tenant means nobody', async () => {
    const { register, subjects } = world();
    const { body } = await register(ada, { tenant: 'assistool' });
    const found = await subjects.resolve(TENANT, { id: body.subjectId ?? '' });
    expect(found).toMatchObject({ subjectId: null, keys: [] });
  });

  it('brings every address that the person has or had', async () => {
    const { register, subjects, keyOf } = world();
    const { body } = await register({
      addresses: [email('ada@example.org'), phone('+33612345678')],
      externalId: 'crm-1',
    });
    const id = body.subjectId ?? '';
    const gone = { kind: 'phone', key: keyOf('+33612345678', 'phone') } as const;
    await subjects.send(TENANT, id, { type: 'removeAddress', at: NOON, ...gone }, { actor: 'key:test' });
    const { keys } = await subjects.byKey(TENANT, keyOf('ada@example.org'));
    expect(keys[0]).toBe(keyOf('ada@example.org'));
    expect([...keys].sort()).toEqual(
      [keyOf('ada@example.org'), gone.key, keyOf('crm-1', 'externalId')].sort(),
    );
  });
});

describe('An address', () => {
  it('has one person, however many register it at once', async () => {
    const { register, facts, directory } = world();
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(ada)));
    const ids = new Set(answers.map(({ body }) => body.subjectId));
    expect(ids.size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(facts([...ids][0] ?? null)).toHaveLength(1);
    expect(directory.claims.size).toBe(1);
  });

  it('has one person when registrations with several addresses cross', async () => {
    const { register } = world();
    const one = { addresses: [email('a@example.org'), email('b@example.org')] };
    const other = { addresses: [email('b@example.org'), email('c@example.org'), email('a@example.org')] };
    const answers = await Promise.all([register(one), register(other), register(one)]);
    expect(new Set(answers.map(({ body }) => body.subjectId)).size).toBe(1);
  });

  it('that a crash left claimed is taken over by the next registration', async () => {
    const { register, directory, keyOf } = world();
    const orphan = `sub_${ulid(NOON)}`;
    await directory.claim(TENANT, keyOf('ada@example.org'), orphan);
    const { status, body } = await register(ada);
    expect([status, body.subjectId]).toEqual([201, orphan]);
  });

  it('of different persons is refused, and both stay as they are', async () => {
    const { register, subjects, facts } = world();
    const a = await register({ addresses: [email('a@example.org')] });
    const b = await register({ addresses: [email('b@example.org')] });
    const both = { addresses: [email('a@example.org'), email('b@example.org')] };
    await expect(register(both)).rejects.toMatchObject({ code: 'addresses-of-different-subjects' });
    const person = { context: 'consumer', relationship: 'prospect', locale: null } as const;
    const said = { collectedAt: NOON, own: false, informed: false, declined: [], source: null, notice: null };
    await expect(
      subjects.record(TENANT, { ...both, ...person, ...said }, { actor: 'key:test' }),
    ).rejects.toBeInstanceOf(SeveralOwners);
    for (const { body } of [a, b]) expect(facts(body.subjectId)).toHaveLength(1);
  });

  it('of an unknown person in a consent registers that person', async () => {
    const { subjects, facts } = world();
    const address = email('ada@example.org');
    const origin = { source: 'consent', at: NOON - 1000, actor: 'key:test', own: true };
    const first = await subjects.register(TENANT, address, origin);
    const again = await subjects.register(TENANT, address, origin);
    expect(first.subjectId).toBe(again.subjectId);
    expect(facts(first.subjectId)).toMatchObject([
      { type: 'SubjectRegistered', at: NOON - 1000, source: 'consent', own: true },
    ]);
  });
});

describe('Evidence', () => {
  const evidence = { method: 'form', ip: '203.0.113.7', confirmedAt: '2026-06-01T13:00:00+02:00' };

  it('is sealed: the event holds its id, its keyed digest and no personal data', async () => {
    const { register, facts, directory } = world();
    const { body } = await register({ ...ada, evidence });
    const [fact] = facts(body.subjectId);
    const confirmedAt = Date.parse('2026-06-01T11:00:00Z');
    expect(fact).toMatchObject({ own: true, evidence: { method: 'form', confirmedAt } });
    expect(JSON.stringify(fact)).not.toMatch(/203\.0|ada@/);
    expect([...directory.evidence.values()]).toEqual([evidence]);
  });

  it('cannot confirm before its time', async () => {
    const { subjects } = world();
    const ahead = { method: 'form', confirmedAt: '2026-06-02T00:00:00Z' };
    expect((await subjects.seal(TENANT, 'sub', ahead)).confirmedAt).toBe(NOON);
  });

  it('that proves nothing new is not kept', async () => {
    const { register, directory } = world();
    await register({ ...ada, evidence });
    await register({ ...ada, evidence });
    expect(directory.evidence.size).toBe(1);
  });
});
