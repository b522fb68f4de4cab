import fc from 'fast-check';
import { ContactsFile, form, row } from '../support/contacts-file.js';
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

  it('opens nobody who was stopped in any way, whatever it says (K14, K15, G-36)', async () => {
    const stops: Record<string, (email: string) => Promise<unknown>> = {
      letter: (email) => world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' }),
      click: (email) =>
        world.done(tenant, '/v1/objections', { subject: { email }, purpose: 'prospecting', source: 'click' }),
      withdrawal: (email) => file.consent(email, 'newsletter', { decision: 'withdrawn', notice: undefined }),
      end: (email) =>
        world.done(tenant, '/v1/subscriptions/end', { subject: { email }, purpose: 'newsletter' }),
      declined: (email) =>
        world.done(tenant, '/v1/subjects', {
          ...row(email),
          collectedAt: '2026-06-01',
          declined: ['loyalty'],
        }),
      limit: async (email) => {
        for (const campaign of ['one', 'two'])
          await world.done(tenant, '/v1/solicitations', {
            ...{
              subject: { email },
              solicitationId: `${email.split('@')[0]} ${campaign}`,
              campaign,
              mode: 'report',
            },
            ...{ channel: 'email', purpose: 'prospecting' },
          });
      },
      erasure: async (email) => {
        const { subjectId } = (await file.find(email)).json<{ subjectId: string }>();
        await world.done(tenant, `/v1/subjects/${subjectId}/erasure`, { reason: 'request' });
      },
    };
    const people = fc.sample(
      fc.record({
        stops: fc.uniqueArray(fc.constantFrom(...Object.keys(stops)), { minLength: 1, maxLength: 3 }),
        row: fc.record(
          {
            context: fc.constantFrom('consumer', 'professional', 'generic'),
            relationship: fc.constantFrom('prospect', 'customer'),
            informed: fc.constant(true),
            collectedAt: fc.constantFrom(
              '2024-01-01',
              '2026-05-31',
              '2026-06-01T08:00:00Z',
              '2026-06-01T09:00:00Z',
            ),
            evidence: fc.constantFrom({ method: 'import' }, form, {
              method: 'paper',
              confirmedAt: '2026-06-01',
            }),
          },
          { requiredKeys: ['collectedAt', 'evidence'] },
        ),
        isKnown: fc.boolean(),
      }),
      { numRuns: 60, seed: 7 },
    );
    const emails = people.map((_, n) => `stopped${n}@example.net`);
    await Promise.all(
      people.map(async ({ stops: chosen, isKnown }, n) => {
        const email = emails[n] as string;
        if (isKnown || chosen.some((one) => ['limit', 'erasure', 'declined'].includes(one))) {
          await world.done(tenant, '/v1/subjects', row(email, { informed: true }));
          for (const purpose of ContactsFile.purposes)
            await file.consent(email, purpose, { occurredAt: '2026-05-10' });
        }
        // Who is erased is known no more: that comes last.
        for (const name of [...chosen].sort((a, b) => Number(a === 'erasure') - Number(b === 'erasure')))
          await stops[name]?.(email);
      }),
    );
    await world.setClock('2026-06-01T09:30:00Z'); // whatever was asked for has run
    const before = await Promise.all(emails.map((email) => file.askAll(email)));
    const rows = people.map(({ row: said }, n) => ({
      ...row(emails[n] as string),
      ...said,
      consents: ContactsFile.purposes.map((purpose) => ({ purpose })),
    }));
    const told = await file.foreseen('imp_stopped-people', rows);
    await file.imported('imp_stopped-people', rows);
    const STOPS = [
      ...['objection-in-force', 'consent-withdrawn', 'solicitation-limit-reached', 'dropped-out', 'erased'],
    ];
    const seen = new Set<string>();
    for (const clock of ['2026-06-01T10:00:00Z', '2026-06-02T10:00:00Z']) {
      await world.setClock(clock);
      const after = await Promise.all(emails.map((email) => file.askAll(email)));
      for (const [n, codes] of before.entries())
        for (const [index, code] of codes.entries()) {
          if (!STOPS.includes(code)) continue;
          seen.add(code);
          const now = after[n]?.[index];
          if (now === 'allowed')
            throw new Error(
              `${ContactsFile.purposes[index]} was ${code}: ${JSON.stringify([people[n], told[n], codes, now])}`,
            );
        }
    }
    expect([...seen].sort()).toEqual([
      'consent-withdrawn',
      'objection-in-force',
      'solicitation-limit-reached',
    ]);
    const open = row('open@example.net', {
      collectedAt: '2026-06-01',
      consents: [{ purpose: 'newsletter' }],
    });
    await file.imported('imp_nobody-stopped', [open]);
    expect(await file.ask('open@example.net', 'newsletter')).toBe('allowed');
    await world.setClock('2026-06-01T08:00:00Z');
  }, 240_000);

  it('opens nobody who has dropped out', async () => {
    await file.imported('imp_long-ago', [row('silent@example.net', { informed: true })]);
    await world.setClock('2027-06-02T08:00:00Z');
    expect(await file.ask('silent@example.net', 'prospecting')).toBe('dropped-out');
    const anew = { collectedAt: '2027-06-01', evidence: { method: 'form', confirmedAt: '2027-06-01' } };
    const said = row('silent@example.net', { ...anew, consents: [{ purpose: 'prospecting' }] });
    expect(await file.foreseen('imp_much-later', [said])).toEqual([
      expect.objectContaining({ stopped: ['dropped-out'] }),
    ]);
    await file.imported('imp_much-later', [said]);
    expect(await file.ask('silent@example.net', 'prospecting')).toBe('dropped-out');
    await world.setClock('2026-06-01T08:00:00Z');
  });
});
