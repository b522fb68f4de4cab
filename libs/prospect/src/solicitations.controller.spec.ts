import type { FastifyRequest } from 'fastify';
import { START, world } from './world-spec.js';

const HOUR = 3_600_000;
const code = (refused: string) => expect.objectContaining({ code: refused }) as Error;
const iso = (instant: number) => new Date(instant).toISOString();

describe('A permit', () => {
  it('reserves for 72 hours and registers the person whose registration has not arrived', async () => {
    const { solicit, facts, gate } = await world();
    const { status, answer } = await solicit('spring', 'permit');
    expect(status).toBe(201);
    expect(answer).toMatchObject({
      ...{ subjectId: 'sub_1', revision: 2, expiresAt: iso(START + 72 * HOUR) },
    });
    expect(await facts()).toMatchObject([
      { type: 'ProspectRegistered', at: START },
      { type: 'SolicitationReserved', at: START, counts: true },
    ]);
    expect(gate.asked).toEqual([
      ...[
        { subject: { id: 'sub_1' }, purpose: 'prospecting', channel: 'email', at: START, except: 'spring' },
      ],
    ]);
  });

  it('asked for again is the same one, to the byte for five minutes', async () => {
    const { solicit, clock } = await world();
    const first = await solicit('spring', 'permit');
    clock.set(START + HOUR / 12 - 1);
    expect(await solicit('spring', 'permit')).toEqual({ status: 200, answer: first.answer });
    clock.set(START + HOUR);
    const later = await solicit('spring', 'permit');
    expect(later).toEqual({ status: 200, answer: { ...first.answer, permit: later.answer.permit } });
    expect(later.answer.permit).not.toBe(first.answer.permit);
  });

  it('that was recorded before a crash is answered as it would have been', async () => {
    const { solicit } = await world();
    const first = await solicit('spring', 'permit', {}, 'c1');
    expect((await solicit('spring', 'permit', {}, 'c1')).answer).toEqual(first.answer);
  });

  it('is refused with the reason, and nothing is recorded', async () => {
    const { solicit, gate, facts } = await world();
    gate.code = 'no-consent';
    await expect(solicit('spring', 'permit')).rejects.toEqual(code('no-consent'));
    gate.code = 'stale';
    await expect(solicit('spring', 'permit')).rejects.toEqual(code('not-ready'));
    gate.code = 'purpose-unknown';
    await expect(solicit('spring', 'permit')).rejects.toEqual(code('purpose-unknown'));
    expect(await facts()).toEqual([]);
  });

  it('S2-24 has one winner, though the gate said yes to all', async () => {
    const { solicit } = await world();
    const asked = ['a', 'b', 'c', 'd', 'e'].map((campaign) => solicit(campaign, 'permit'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'solicitation-limit-reached' } });
  });
});

describe('A report', () => {
  it('is recorded in any case, says why it should not have been sent, and is counted once', async () => {
    const { solicit, gate, facts, clock } = await world();
    gate.code = 'objection-in-force';
    const first = await solicit('spring', 'report');
    expect(first).toMatchObject({ status: 201, answer: { eligible: false, code: 'objection-in-force' } });
    gate.code = 'allowed';
    clock.set(START + HOUR);
    expect(await solicit('spring', 'report')).toEqual({ status: 200, answer: first.answer });
    expect((await facts()).filter(({ type }) => type === 'SolicitationDelivered')).toHaveLength(1);
  });

  it('of a permitted solicitation is one solicitation', async () => {
    const { solicit, show } = await world();
    await solicit('spring', 'permit');
    expect(await solicit('spring', 'report')).toMatchObject({ status: 201, answer: { eligible: true } });
    expect(await show()).toMatchObject({ counted: 1, unanswered: [{ state: 'delivered' }] });
  });

  it('K10 of an edition is recorded and not counted', async () => {
    const { solicit, show } = await world();
    await solicit('letter', 'report', { purpose: 'newsletter' });
    expect(await show()).toMatchObject({ counted: 0, unanswered: [], revision: 2 });
  });

  it('of nobody, or for no declared purpose, is refused', async () => {
    const { solicit } = await world();
    await expect(solicit('spring', 'report', { purpose: 'gifts' })).rejects.toEqual(code('purpose-unknown'));
    const stranger = { subject: { email: 'nobody@example.org' } };
    await expect(solicit('spring', 'report', stranger)).rejects.toEqual(code('subject-unknown'));
    await expect(async () => solicit('ada@example.org', 'report')).rejects.toEqual(code('invalid-request'));
  });
});

describe('A reversal', () => {
  it('gives back, once', async () => {
    const { solicit, reverse, show } = await world();
    await solicit('spring', 'report');
    const first = await reverse('spring');
    expect(first.status).toBe(201);
    expect(await reverse('spring')).toEqual({ status: 200, answer: first.answer });
    expect(await show()).toMatchObject({ counted: 0 });
  });

  it('of something unknown is refused', async () => {
    const { reverse } = await world();
    await expect(reverse('spring')).rejects.toEqual(code('solicitation-unknown'));
  });
});

describe('A batch of solicitations', () => {
  it('is answered line by line, and a bad line stops nothing', async () => {
    const { batch, subject, facts } = await world();
    const line = (campaign: string, more: object = {}) =>
      JSON.stringify({
        ...{ subject, solicitationId: campaign, campaign, channel: 'email', purpose: 'prospecting' },
        ...{ mode: 'report', ...more },
      });
    const lines = [
      line('a'),
      'no json',
      line('a'),
      line('b', { mode: 'maybe' }),
      line('c'),
      line('d', { mode: 'permit' }),
    ];
    expect(await batch(lines)).toMatchObject([
      { line: 1, status: 201, solicitationId: 'a', eligible: true },
      { line: 2, status: 400, code: 'malformed-json' },
      { line: 3, status: 200, solicitationId: 'a' },
      { line: 4, status: 400, code: 'invalid-request', errors: [{ pointer: '/mode' }] },
      { line: 5, status: 201, solicitationId: 'c' },
      { line: 6, status: 409, code: 'solicitation-limit-reached' },
    ]);
    expect(await facts()).toHaveLength(3);
  });

  it('of another content type is refused', async () => {
    const { solicitations, caller } = await world();
    const request = { headers: { 'content-type': 'text/csv' } } as unknown as FastifyRequest;
    expect(() => solicitations.batch(request, caller())).toThrow(code('unsupported-media-type'));
  });
});
