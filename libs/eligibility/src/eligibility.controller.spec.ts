import { Logger } from '@nestjs/common';
import { ProblemError } from '@assent/http';
import { given, objected, sent } from './facts-spec.js';
import { at, world } from './world-spec.js';

const question = { purpose: 'prospecting', channel: 'email' };

async function consented() {
  const all = world();
  const who = await all.person('2026-03-10');
  who.did('consent', given('2026-03-10', 'prospecting'));
  const ask = async (body: object) =>
    all.door.ask({ subject: who.ref, ...question, ...body }, all.caller('presentinfini'));
  const fault = (body: object) =>
    ask(body).then(
      () => undefined,
      (error: unknown) => (error instanceof ProblemError ? [error.code, error.errors?.[0]?.pointer] : error),
    );
  return { ...all, who, ask, fault };
}

describe('A question', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('is answered with its ground, in instants that people read', async () => {
    const { ask } = await consented();
    expect(await ask({})).toEqual({
      allowed: true,
      code: 'allowed',
      reasons: [
        {
          ...{ code: 'allowed', rule: 'consentGiven', commitment: 'S2-33' },
          since: '2026-03-09T23:00:00.000Z',
          eventId: expect.any(String) as string,
        },
      ],
      basis: 'consent',
      policy: 'presentinfini@1',
      validUntil: '2027-03-09T23:00:00.000Z',
      revision: 2,
    });
  });

  it('is answered with the first reason, or with all when asked to explain', async () => {
    const { ask, who } = await consented();
    const id = who.objected(objected('2026-05-20'));
    who.did('prospect', sent('2026-04-01', 'spring'));
    who.did('prospect', sent('2026-05-01', 'may'));
    const first = { code: 'objection-in-force', rule: 'objectionInForce', commitment: 'S2-32', eventId: id };
    const denied = await ask({});
    expect(denied.reasons).toEqual([{ ...first, since: '2026-05-19T22:00:00.000Z' }]);
    expect(denied).not.toHaveProperty('basis');
    expect(denied).not.toHaveProperty('validUntil');
    const explained = await ask({ explain: true });
    expect(explained.reasons.map(({ code }) => code)).toEqual([
      'objection-in-force',
      'solicitation-limit-reached',
      'no-consent',
    ]);
  });

  it('may be about the past and about the future', async () => {
    const { ask } = await consented();
    const code = async (instant: string) => (await ask({ at: instant })).code;
    expect(await code('2026-03-09')).toBe('no-consent');
    expect(await code('2026-03-10')).toBe('allowed');
    expect(await code('2027-03-09T23:00:00Z')).toBe('dropped-out');
  });

  it('without an instant is about now', async () => {
    const { ask, clock } = await consented();
    clock.set(at('2027-03-10'));
    expect((await ask({})).code).toBe('dropped-out');
  });

  it('that is well formed is always answered: nobody, no such purpose, nothing to be read', async () => {
    const { ask, log } = await consented();
    expect((await ask({ subject: { email: 'nobody@example.net' } })).code).toBe('no-consent');
    expect((await ask({ subject: { id: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' } })).code).toBe('no-consent');
    expect((await ask({ purpose: 'promotion' })).code).toBe('purpose-unknown');
    expect((await ask({ purpose: 'traffic' })).code).toBe('purpose-unknown');
    log.failing = 'consent/';
    expect((await ask({})).code).toBe('stale');
  });

  it('that is not well formed is told which member is wrong', async () => {
    const { fault } = await consented();
    const invalid = (pointer: string) => ['invalid-request', pointer];
    expect(await fault({ subject: { email: 'nobody' } })).toEqual(invalid('/subject/email'));
    expect(await fault({ subject: { phone: '12' } })).toEqual(invalid('/subject/phone'));
    expect(await fault({ subject: { id: 'sub_1' } })).toEqual(invalid('/subject/id'));
    expect(await fault({ subject: {} })).toEqual(invalid('/subject'));
    expect(await fault({ subject: { email: 'a@example.org', phone: '+33612345678' } })).toEqual(
      invalid('/subject'),
    );
    expect(await fault({ subject: 'a@example.org' })).toEqual(invalid('/subject'));
    expect(await fault({ channel: 'fax' })).toEqual(invalid('/channel'));
    expect(await fault({ purpose: '' })).toEqual(invalid('/purpose'));
    expect(await fault({ at: 'tomorrow' })).toEqual(invalid('/at'));
    expect(await fault({ when: '2026-06-01' })).toEqual(invalid('/when'));
  });
});
