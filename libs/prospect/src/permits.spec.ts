import { streamOf } from '@assent/kernel';
import type { AnswerCode, SubjectState } from '@assent/contract';
import { lifeOf, permitOf, permitText, PERMIT_LIFE_MS } from './permit.js';
import { ADA_KEY, START, TENANT, subjectState, world } from './world-spec.js';

const MINUTE = 60_000;
const iso = (instant: number) => new Date(instant).toISOString();

describe('A permit that is shown', () => {
  async function permitted() {
    const made = await world();
    const { answer } = await made.solicit('spring', 'permit');
    return { ...made, answer, permit: answer.permit as string };
  }
  const address = { kind: 'email', key: ADA_KEY, addedAt: START, removedAt: null } as const;

  it('holds, and says what it rests on without any address', async () => {
    const { verify, permit, answer, gate } = await permitted();
    gate.asked.length = 0;
    expect(await verify(permit)).toEqual({
      ...{ valid: true, code: 'allowed', subjectId: 'sub_1', addressKey: ADA_KEY },
      ...{ solicitationId: 'spring', campaign: 'spring', purpose: 'prospecting', channel: 'email' },
      ...{ eventId: answer.eventId, basis: 'consent', groundEventId: 'opt-in', policy: 'presentinfini@1' },
      ...{ revision: 3, issuedAt: iso(START), expiresAt: iso(START + PERMIT_LIFE_MS) },
    });
    expect(gate.asked).toEqual([
      { subject: { id: 'sub_1' }, purpose: 'prospecting', channel: 'email', at: START, except: 'spring' },
    ]);
    expect(Buffer.from(permit, 'base64url').toString()).not.toMatch(/ada@|example/);
  });

  it('can be shown again until the message is reported: checking records nothing', async () => {
    const { verify, permit, solicit, events } = await permitted();
    const before = await events();
    expect([(await verify(permit)).valid, (await verify(permit)).valid]).toEqual([true, true]);
    expect(await events()).toEqual(before);
    await solicit('spring', 'report');
    expect(await verify(permit)).toMatchObject({ valid: false, code: 'permit-used', subjectId: 'sub_1' });
  });

  it('holds strictly before its end', async () => {
    const { verify, permit, clock } = await permitted();
    clock.set(START + PERMIT_LIFE_MS - 1);
    expect((await verify(permit)).valid).toBe(true);
    clock.set(START + PERMIT_LIFE_MS);
    expect(await verify(permit)).toMatchObject({ valid: false, code: 'permit-expired' });
  });

  it.each<AnswerCode>(['objection-in-force', 'erased', 'restricted', 'stale', 'purpose-unknown'])(
    'is none when the decision at that moment is %s',
    async (code) => {
      const { verify, permit, gate } = await permitted();
      gate.code = code;
      expect(await verify(permit)).toMatchObject({ valid: false, code, solicitationId: 'spring' });
    },
  );

  it('is none once the solicitation was given back, also by the end of its reservation', async () => {
    const { verify, permit, reverse, solicit } = await permitted();
    await reverse('spring', 'not-sent');
    expect(await verify(permit)).toMatchObject({ valid: false, code: 'permit-given-back' });
    const early = await solicit('may', 'permit', { occurredAt: iso(START - 72 * 60 * MINUTE) });
    expect(await verify(early.answer.permit)).toMatchObject({ valid: false, code: 'permit-given-back' });
  });

  it('is none when its address is dead, gone or somebody else’s by now', async () => {
    const { verify, permit, log } = await permitted();
    const stream = streamOf('subject', TENANT, 'sub_1');
    const now = async (more: Partial<SubjectState>) => {
      const version = (await log.read(stream)).length;
      const event = { id: String(version), fact: { type: 'Said', at: START } } as never;
      await log.append(stream, version, [event], subjectState(more));
      return (await verify(permit)).code;
    };
    expect(await now({ addresses: [{ ...address, bouncedAt: START + 1 }] })).toBe('undeliverable');
    expect(await now({ addresses: [{ ...address, removedAt: START + 1 }] })).toBe('undeliverable');
    expect(await now({ addresses: [] })).toBe('undeliverable');
    expect(await now({ addresses: [address] })).toBe('allowed');
  });

  it('of another tenant, or of nobody, says nothing but that', async () => {
    const { verify, permit } = await permitted();
    expect(await verify(permit, 'assistool')).toEqual({ valid: false, code: 'permit-of-another-tenant' });
    for (const token of ['x', permit.slice(1), '💌']) {
      expect(await verify(token)).toEqual({ valid: false, code: 'permit-forged' });
    }
    await expect(async () => verify(undefined)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('of a format of another time is none', () => expect(permitOf('[2,"presentinfini"]')).toBeUndefined());

  it('says what it was told, whatever the ids hold', () => {
    const permit = {
      ...{ tenant: TENANT, subjectId: 'sub_1', addressKey: null, solicitationId: 'a\n"b",💌' },
      ...({ campaign: '[]', purpose: 'prospecting', channel: 'sms', eventId: 'e', basis: null } as const),
      ...{ groundEventId: null, policy: 'p@1', revision: 3, issuedAt: 1, expiresAt: 2 },
    };
    expect(permitOf(permitText(permit))).toEqual(permit);
  });
});

describe('The life of a permit', () => {
  it('begins in steps of five minutes from the reservation, so that ten are left at least', () => {
    for (const late of [0, 1, 4.9, 5, 7, 60 * 24]) {
      const { issuedAt, expiresAt } = lifeOf(START, START + late * MINUTE, undefined);
      expect((issuedAt - START) % (5 * MINUTE)).toBe(0);
      expect(expiresAt - (START + late * MINUTE)).toBeGreaterThan(10 * MINUTE - 1);
      expect(expiresAt - (START + late * MINUTE)).toBeLessThanOrEqual(15 * MINUTE);
    }
  });

  it('ends with the ground, and is no longer when the clock was set back', () => {
    expect(lifeOf(START, START, START + MINUTE).expiresAt).toBe(START + MINUTE);
    expect(lifeOf(START, START - MINUTE, undefined)).toEqual({
      ...{ issuedAt: START - MINUTE, expiresAt: START + 14 * MINUTE },
    });
  });
});
