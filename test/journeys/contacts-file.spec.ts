import { ContactsFile, row, type Told, type Undone } from '../support/contacts-file.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';

describe('A file of contacts', () => {
  let world: World;
  let file: ContactsFile;
  beforeAll(async () => {
    world = await World.create({ clock: '2026-06-01T08:00:00Z' });
    file = new ContactsFile(world, tenant, World.key(tenant));
  });
  afterAll(() => world?.end());

  it('says in a dry run what would come of each line, and records nothing', async () => {
    await world.done(tenant, '/v1/subjects', row('known@example.org'));
    await world.done(tenant, '/v1/objections', { subject: { email: 'known@example.org' }, source: 'letter' });
    await world.done(tenant, '/v1/objections', {
      subject: { email: 'nobody@example.org' },
      source: 'letter',
    });
    const rows = [
      row('fresh@example.org', { consents: [{ purpose: 'newsletter' }] }),
      row('known@example.org', { externalId: 'crm-1', consents: [{ purpose: 'newsletter' }] }),
      row('nobody@example.org'),
      row('known@example.org'),
      row('no address'),
      row('FRESH@example.org'),
      { ...row('x@example.org'), town: 'Paris' },
    ];
    const none = { given: 0, known: 0, stopped: 0 };
    const told = await file.foreseen('imp_dry-run-1', rows);
    expect(told).toEqual([
      expect.objectContaining({
        line: 1,
        status: 201,
        outcome: 'new',
        addresses: 1,
        consents: { ...none, given: 1 },
      }),
      expect.objectContaining({
        line: 2,
        outcome: 'changed',
        consents: { ...none, stopped: 1 },
        stopped: ['objection-in-force'],
      }),
      expect.objectContaining({ line: 3, outcome: 'new', stopped: ['objection-in-force'] }),
      expect.objectContaining({ line: 4, outcome: 'unchanged', addresses: 0, consents: none }),
      expect.objectContaining({ line: 5, status: 400, code: 'invalid-request' }),
      expect.objectContaining({ line: 6, outcome: 'unchanged' }),
      expect.objectContaining({ line: 7, status: 400, code: 'invalid-request' }),
    ]);
    expect((await file.find('fresh@example.org')).status).toBe(404);
    expect((await file.find('known@example.org')).json()).toMatchObject({ revision: 1, externalId: null });
    expect(await file.ask('fresh@example.org', 'newsletter')).toBe('no-consent');
    const undo = await world.post(tenant, '/v1/imports/imp_dry-run-1/undo', {});
    expect(undo.status).toBe(404);

    const done = await file.imported('imp_after-dry-run', rows);
    const counts = (all: readonly Told[]) =>
      all.map(({ line, status, outcome, addresses, consents, code }) => ({
        line,
        status,
        outcome,
        addresses,
        consents,
        code,
      }));
    expect(counts(done)).toEqual(counts(told));
    expect(await file.ask('fresh@example.org', 'newsletter')).toBe('allowed');
  });

  it('told again changes nothing, and a consent in force is not prolonged', async () => {
    const rows = Array.from({ length: 40 }, (_, n) =>
      row(`again${n}@example.org`, {
        locale: 'fr',
        declined: ['loyalty'],
        consents: [{ purpose: 'prospecting' }],
      }),
    );
    const first = await file.imported('imp_again-first', rows);
    const again = await file.imported('imp_again-second', rows);
    const newer = await file.imported(
      'imp_again-newer',
      rows.map((one) => ({ ...one, collectedAt: '2026-05-20', declined: undefined, locale: 'en' })),
    );
    expect(first.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'new'));
    for (const repeated of [again, newer]) {
      expect(repeated.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'unchanged'));
      expect(repeated.map(({ subjectId }) => subjectId)).toEqual(first.map(({ subjectId }) => subjectId));
    }
    expect((await file.find('again0@example.org')).json()).toMatchObject({
      ...{ collectedAt: '2026-05-01T22:00:00.000Z', locale: 'fr', revision: 1 },
    });
    const undo = await world.post(tenant, '/v1/imports/imp_again-second/undo', {});
    expect(undo.status).toBe(404);
  });

  it('is taken back as far as nothing happened since; what it stopped stays stopped', async () => {
    const at = (name: string) => `${name}@example.org`;
    await world.done(tenant, '/v1/subjects', row(at('old')));
    await file.consent(at('old'), 'prospecting', { occurredAt: '2026-05-03' });
    const consents = [{ purpose: 'newsletter' }, { purpose: 'prospecting' }];
    const rows = [
      row(at('born'), { consents }),
      row(at('acted'), { consents }),
      row(at('old'), { externalId: 'crm-9', consents }),
      row(at('refused'), { declined: ['loyalty'], consents }),
    ];
    const [born] = await file.imported('imp_to-undo-1', rows);
    await world.done(tenant, '/v1/responses', { subject: { email: at('acted') }, kind: 'click' });
    expect(await file.askAll(at('old'))).toEqual(['allowed', 'allowed', 'no-consent']);

    const plan = await file.undone('imp_to-undo-1', true);
    expect(await file.askAll(at('born'))).toEqual(['allowed', 'allowed', 'no-consent']);
    const did = await file.undone('imp_to-undo-1');
    const sorted = (all: readonly Undone[]) => [...all].sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1));
    expect(sorted(did)).toEqual(sorted(plan));
    expect(did.map(({ outcome, consents: c, addresses }) => `${outcome} ${c} ${addresses}`).sort()).toEqual([
      ...['erased 0 0', 'erased 0 0', 'kept 2 0', 'taken-back 1 1'],
    ]);
    expect(did.find(({ subjectId }) => subjectId === born?.subjectId)?.outcome).toBe('erased');
    await world.setClock('2026-06-01T08:05:00Z');

    expect(await file.askAll(at('acted'))).toEqual(['no-consent', 'no-consent', 'no-consent']);
    // What the person gave before the import still stands.
    expect(await file.askAll(at('old'))).toEqual(['no-consent', 'allowed', 'no-consent']);
    expect((await file.find(at('old'))).json()).toMatchObject({ externalId: null });
    expect(await file.ask(at('refused'), 'loyalty')).toBe('objection-in-force');
    expect((await file.undone('imp_to-undo-1')).map(({ outcome }) => outcome).sort()).toEqual([
      ...['kept', 'nothing', 'nothing', 'nothing'],
    ]);
    await world.setClock('2026-06-01T08:00:00Z');
  });
});
