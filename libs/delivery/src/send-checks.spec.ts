import { Logger } from '@nestjs/common';
import { guardDoor, PHONE } from './guard-door-spec.js';
import { KEY, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { ADA } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('A question at the moment of sending', () => {
  it('is answered as eligibility answers it now, and a yes records nothing', async () => {
    const { ask, gate, events, counted } = guardDoor();
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
    const { ask, events, stateOf, counted } = guardDoor();
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
    const { ask, stateOf, clock, counted } = guardDoor();
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
    const { ask, stateOf } = guardDoor();
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
    const { ask, events } = guardDoor();
    await ask({ channel: 'sms', ...more });
    expect(await events(key)).toHaveLength(1);
  });

  it('about a purpose that the policy does not declare counts, under no purpose', async () => {
    const { ask, gate, stateOf } = guardDoor();
    gate.code = 'purpose-unknown';
    await ask({ purpose: 'gifts' });
    const refusedAtSend = { times: 1, lastAt: T0, lastCode: 'purpose-unknown', purposes: {} };
    expect(await stateOf()).toMatchObject({ refusedAtSend });
  });

  it('about nobody at all is refused and counted; there is no address to record it for', async () => {
    const { ask, gate, counted } = guardDoor();
    gate.code = 'no-consent';
    expect(await ask({ subject: { id: 'sub_2' } })).toMatchObject({ allowed: false, eventId: null });
    expect(counted).toEqual(['mail no-consent']);
  });

  it('for an integration that the tenant has not is refused as a whole, and so is no address', async () => {
    const { ask, gate } = guardDoor();
    await expect(ask({ integration: 'none' })).rejects.toMatchObject({ code: 'integration-unknown' });
    await expect(ask({ subject: { email: 'no address' } })).rejects.toMatchObject({
      errors: [{ pointer: '/subject/email' }],
    });
    await expect(async () => ask({ campaign: 'ada@example.org' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(gate.asked).toEqual([]);
  });

  it('with a permit does not count its own reservation against it', async () => {
    const { ask, gate } = guardDoor();
    gate.code = 'allowed';
    expect(await ask({ permit: 'good' })).toMatchObject({ allowed: true, code: 'allowed' });
    expect(gate.asked).toMatchObject([{ subject: { email: ADA.value }, except: 'spring' }]);
  });

  it.each([
    ['a permit that is over', { permit: 'over' }, 'permit-expired'],
    ['a forged one', { permit: 'forged' }, 'permit-forged'],
    ['one for another person', { permit: 'good', subject: { id: 'sub_2' } }, 'permit-of-another-message'],
    ['one for another purpose', { permit: 'good', purpose: 'newsletter' }, 'permit-of-another-message'],
    ['one for another channel', { permit: 'good', channel: 'sms' }, 'permit-of-another-message'],
  ])('with %s is a no though the decision says yes, and is recorded', async (_, more, code) => {
    const { ask, gate, counted } = guardDoor();
    gate.code = 'allowed';
    const answer = await ask(more);
    expect(answer).toMatchObject({
      allowed: false,
      code,
      reasons: [{ code, rule: 'permit' }],
      policy: 'p@1',
    });
    expect(answer).not.toHaveProperty('basis');
    expect(counted).toEqual([`mail ${code}`]);
    if (code !== 'permit-expired') expect(gate.asked[0]).not.toHaveProperty('except');
  });

  it('with a good permit is refused for what holds now, and the reason is the decision', async () => {
    const { ask, events } = guardDoor();
    expect(await ask({ permit: 'good' })).toMatchObject({ allowed: false, code: 'objection-in-force' });
    expect((await events())[0]).toMatchObject({ causedBy: 'o1', fact: { code: 'objection-in-force' } });
  });

  it('is no yes when the refusal cannot be recorded', async () => {
    const { ask, log } = guardDoor();
    log.onAppend = () => {
      throw new Error('no space left');
    };
    await expect(ask()).rejects.toThrow('no space left');
  });

  it('may be asked for a tool that nothing may be sent to: the answer is about the person', async () => {
    const made = guardDoor();
    made.policies.forbidden.add('mail');
    expect(await made.ask()).toMatchObject({ allowed: false });
  });
});
