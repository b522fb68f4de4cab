import { Logger } from '@nestjs/common';
import { given, objected } from './facts-spec.js';
import { at, world } from './world-spec.js';

const question = { purpose: 'prospecting', channel: 'email', at: at('2026-06-01') } as const;

describe('The gate', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('answers what the streams say, with the sum of their versions', async () => {
    const { gate, person } = world();
    const who = await person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    const decision = await gate.decide(who.tenant, { subject: who.ref, ...question });
    expect(decision).toMatchObject({ allowed: true, basis: 'consent', revision: 2 });
    who.objected(objected('2026-05-01'));
    const after = await gate.decide(who.tenant, { subject: { id: who.subjectId }, ...question });
    expect(after).toMatchObject({ allowed: false, code: 'objection-in-force', revision: 3 });
  });

  it('answers no for what is no address', async () => {
    const { gate } = world();
    expect(await gate.decide('presentinfini', { subject: { email: 'nobody' }, ...question })).toMatchObject({
      ...{ allowed: false, code: 'malformed', revision: 0 },
      reasons: [{ code: 'malformed', rule: 'addressMalformed' }],
    });
  });

  it.each(['subject', 'consent', 'prospect', 'opposition'])(
    'answers no (stale) while %s cannot be read, whatever was answered before',
    async (concept) => {
      const { gate, log, person } = world();
      const who = await person('2026-03-10');
      who.did('consent', given('2026-03-10', 'prospecting'));
      log.failing = `${concept}/`;
      const decision = await gate.decide(who.tenant, { subject: who.ref, ...question });
      expect(decision).toMatchObject({ allowed: false, code: 'stale', policy: 'presentinfini@1' });
      log.failing = undefined;
      expect((await gate.decide(who.tenant, { subject: who.ref, ...question })).code).toBe('allowed');
    },
  );

  it('does not count a solicitation against itself', async () => {
    const { gate, person } = world();
    const who = await person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    for (const id of ['one', 'two']) {
      who.did('prospect', {
        ...{ type: 'SolicitationReserved', at: at('2026-05-31'), solicitationId: id, campaign: id },
        ...{ channel: 'email', purpose: 'prospecting', counts: true, expiresAt: at('2026-06-03') },
      });
    }
    const subject = who.ref;
    expect((await gate.decide(who.tenant, { subject, ...question })).code).toBe('solicitation-limit-reached');
    expect((await gate.decide(who.tenant, { subject, ...question, except: 'two' })).code).toBe('allowed');
  });
});
