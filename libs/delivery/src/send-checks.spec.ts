import type { AnswerCode, Decision, DeliveryState } from '@assent/contract';
import { checked } from '@assent/http';
import { Gate, type Keyring, type Question, type SubjectRef, type Subjects } from '@assent/ports';
import { Logger } from '@nestjs/common';
import { Receipts } from './receipts.js';
import { SendChecksController } from './send-checks.controller.js';
import { SendCheckDto } from './send-checks.dto.js';
import { SendChecks } from './send-checks.service.js';
import { address } from './stand-ins/people.js';
import { KEY, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { ADA, opposed, world } from './stand-ins/world.js';

Logger.overrideLogger(false);
const PHONE = 'a'.repeat(32);
const OLD = 'b'.repeat(32);

class Saying extends Gate {
  code: AnswerCode = 'objection-in-force';
  readonly asked: Question[] = [];
  override decide(_: string, question: Question): Promise<Decision> {
    this.asked.push(question);
    const { code } = this;
    const reasons = [{ code, rule: 'objectionInForce', since: T0, eventId: 'o1' }];
    return Promise.resolve({ allowed: code === 'allowed', code, reasons, policy: 'p@1', revision: 4 });
  }
}

/** Ada with a mail address, a number, and a number of before. */
function door(made = world()) {
  const gate = new Saying();
  const addresses = [
    address(KEY),
    address(OLD, 'phone', T0 + 1),
    { ...address(PHONE, 'phone'), addedAt: T0 - 1 },
  ];
  const ada = { subjectId: 'sub_1', state: { addresses }, keys: [KEY, PHONE, OLD, 'crm'], version: 1 };
  const subjects = {
    resolve(_: string, { email, phone, id, externalId }: SubjectRef) {
      if (email === 'no address') return Promise.resolve({ malformed: 'email' });
      if (email !== undefined) return Promise.resolve({ ...ada, key: KEY, address: ADA });
      if (phone !== undefined)
        return Promise.resolve({ ...ada, key: PHONE, address: { kind: 'phone', value: phone } });
      if (externalId !== undefined)
        return Promise.resolve({ ...ada, key: 'crm', address: { kind: 'externalId', value: externalId } });
      const nobody = { subjectId: null, state: null, keys: [], version: 0 };
      return Promise.resolve({ ...(id === 'sub_1' ? ada : nobody), key: null, address: null });
    },
  } as unknown as Subjects;
  const keyring = { digest: (...said: unknown[]) => JSON.stringify(said) } as unknown as Keyring;
  const policies = made.policies.asPort();
  const metrics = {
    ...{ attempted: () => undefined, drifted: () => undefined, heard: () => undefined },
    refusedAtSend: (_: string, id: string, code: string) => void made.counted.push(`${id} ${code}`),
  };
  const checks = new SendChecks(
    ...([gate, subjects, made.integrations, keyring, made.clock, made.log, policies, metrics] as const),
  );
  const controller = new SendChecksController(checks);
  const ask = (more: object = {}, commandId: string | null = null) =>
    controller.check(
      checked(SendCheckDto, {
        ...{ subject: { email: ADA.value }, purpose: 'offers', channel: 'email', integration: 'mail' },
        ...more,
      }),
      { tenant: TENANT, actor: 'key:1', scopes: new Set(), commandId },
    );
  const events = (key = KEY) => made.log.read(`delivery/${TENANT}/mail/${key}`);
  const stateOf = async (key = KEY) => (await events(key)).at(-1)?.state as DeliveryState | undefined;
  return { ...made, gate, ask, events, stateOf };
}

describe('A question at the moment of sending', () => {
  it('is answered as eligibility answers it now, and a yes records nothing', async () => {
    const { ask, gate, events, counted } = door();
    gate.code = 'allowed';
    expect(await ask({ explain: true })).toEqual({
      ...{ allowed: true, code: 'allowed', policy: 'p@1', revision: 4 },
      reasons: [
        { code: 'allowed', rule: 'objectionInForce', since: '2026-06-01T08:00:00.000Z', eventId: 'o1' },
      ],
    });
    expect(gate.asked).toEqual([
      { subject: { email: ADA.value }, purpose: 'offers', channel: 'email', at: T0, explain: true },
    ]);
    expect(await events()).toEqual([]);
    expect(counted).toEqual([]);
  });

  it('that is refused is recorded for the address at that tool, with its cause and no address', async () => {
    const { ask, events, stateOf, counted } = door();
    const answer = await ask({ campaign: 'spring', messageId: '<1@example.org>' });
    const [event, ...more] = await events();
    expect(more).toEqual([]);
    expect(answer).toMatchObject({ allowed: false, code: 'objection-in-force', eventId: event?.id });
    const { fact, causedBy, actor, policy } = event ?? {};
    expect({ fact, causedBy, actor, policy }).toEqual({
      fact: {
        ...{ type: 'SendRefused', at: T0, code: 'objection-in-force', purpose: 'offers', channel: 'email' },
        campaign: 'spring',
      },
      ...{ causedBy: 'o1', actor: 'key:1', policy: `${TENANT}@1` },
    });
    expect(await stateOf()).toEqual({
      ...{ integration: 'mail', addressKey: KEY, subjectId: 'sub_1', state: 'enforced-at-send', revision: 0 },
      verifiedAt: null,
      refusedAtSend: {
        ...{ times: 1, lastAt: T0, lastCode: 'objection-in-force' },
        purposes: { offers: { times: 1, lastAt: T0 } },
      },
    });
    expect(JSON.stringify([fact, await stateOf()])).not.toContain('example');
    expect(counted).toEqual(['mail objection-in-force']);
  });

  it('about one message counts once, however often its sender asks', async () => {
    const { ask, stateOf, clock, counted } = door();
    const first = await ask({ messageId: 'm1' });
    clock.pass(SECOND);
    const again = await Promise.all([ask({ messageId: 'm1' }), ask({ messageId: 'm1' }, 'another request')]);
    expect(again.map(({ eventId }) => eventId)).toEqual([first.eventId, first.eventId]);
    expect(await stateOf()).toMatchObject({ refusedAtSend: { times: 1, lastAt: T0 } });
    await Promise.all([ask({ messageId: 'm2' }), ask({ messageId: 'm3' })]);
    expect(await stateOf()).toMatchObject({ refusedAtSend: { times: 3, lastAt: T0 + SECOND } });
    expect(counted).toHaveLength(3);
  });

  it('without a name counts as often as it is asked, but for a request that is repeated', async () => {
    const { ask, stateOf } = door();
    await ask({}, 'c1');
    await ask({}, 'c1');
    await ask();
    await ask();
    expect(await stateOf()).toMatchObject({ refusedAtSend: { times: 3 } });
  });

  it.each([
    ['a number', { subject: { phone: '+33612345678' } }, PHONE],
    ['an id', { subject: { id: 'sub_1' } }, PHONE],
    ['a name of another system', { subject: { externalId: '4711' } }, PHONE],
    ['an address of another kind', { subject: { email: ADA.value } }, PHONE],
    ['an id, without any address of the channel', { subject: { id: 'sub_1' }, channel: 'post' }, KEY],
  ])('by %s is recorded for the address that the message would go to', async (_, more, key) => {
    const { ask, events } = door();
    await ask({ channel: 'sms', ...more });
    expect(await events(key)).toHaveLength(1);
  });

  it('about a purpose that the policy does not declare counts, under no purpose', async () => {
    const { ask, gate, stateOf } = door();
    gate.code = 'purpose-unknown';
    await ask({ purpose: 'gifts' });
    const refusedAtSend = { times: 1, lastAt: T0, lastCode: 'purpose-unknown', purposes: {} };
    expect(await stateOf()).toMatchObject({ refusedAtSend });
  });

  it('about nobody at all is refused and counted; there is no address to record it for', async () => {
    const { ask, gate, counted } = door();
    gate.code = 'no-consent';
    expect(await ask({ subject: { id: 'sub_2' } })).toMatchObject({ allowed: false, eventId: null });
    expect(counted).toEqual(['mail no-consent']);
  });

  it('for an integration that the tenant has not is refused as a whole, and so is no address', async () => {
    const { ask, gate } = door();
    await expect(ask({ integration: 'none' })).rejects.toMatchObject({ code: 'integration-unknown' });
    await expect(ask({ subject: { email: 'no address' } })).rejects.toMatchObject({
      errors: [{ pointer: '/subject/email' }],
    });
    await expect(async () => ask({ campaign: 'ada@example.org' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(gate.asked).toEqual([]);
  });

  it('is no yes when the refusal cannot be recorded', async () => {
    const { ask, log } = door();
    log.onAppend = () => {
      throw new Error('no space left');
    };
    await expect(ask()).rejects.toThrow('no space left');
  });

  it('may be asked for a tool that nothing may be sent to: the answer is about the person', async () => {
    const made = door();
    made.policies.forbidden.add('mail');
    expect(await made.ask()).toMatchObject({ allowed: false });
  });
});

describe('The receipts of an address', () => {
  it('are the same with and without refusals in between, and each is shown for itself', async () => {
    const made = await opposed();
    const { ask, stateOf, worker, clock } = door(made);
    await ask();
    expect(await stateOf()).toMatchObject({ state: 'enforced-at-send', revision: 0 });
    await worker.runDue();
    await ask();
    clock.pass(5 * SECOND);
    await worker.runDue();
    await ask();
    expect(await stateOf()).toMatchObject({
      ...{ state: 'verified', revision: 1, verifiedAt: T0 + 5 * SECOND },
      refusedAtSend: { times: 3, lastAt: T0 + 5 * SECOND },
    });
    const receipts = new Receipts(made.log, clock, made.policies.asPort());
    expect((await receipts.list(made.row())).map(({ fact }) => fact.type)).toEqual([
      ...['DeliverySent', 'DeliveryAccepted', 'DeliveryVerified'],
    ]);
    expect(await receipts.refusals(made.row())).toMatchObject({ times: 3 });
  });

  it('of an attempt that a crash left open keep it open over a refusal', async () => {
    const made = await opposed();
    const { ask } = door(made);
    const receipts = new Receipts(made.log, made.clock, made.policies.asPort());
    const attempt = { type: 'DeliverySent', revision: 1, attempt: 1, connector: 'scripted@1' } as const;
    await receipts.append(
      made.row(),
      { ...attempt, outcome: 'sent', detail: null, calls: [], observed: null },
      null,
    );
    await ask();
    expect(await receipts.open(made.row())).toEqual({ revision: 1, attempt: 1 });
  });
});
