import { OppositionWaker } from './waker.service.js';
import { rooms } from './rooms-spec.js';
import { NOON, TENANT, YEAR } from './world-spec.js';

describe('The waker of the opposition list', () => {
  it('takes an entry off when its time is over, as the agenda, and is not wanted again (S0-63)', async () => {
    const { log, policies, clock, object, keyOf, state, all } = rooms();
    const waker = new OppositionWaker(log, policies, clock);
    const stream = `opposition/${TENANT}/${keyOf('ada@example.org')}`;
    await object({ email: 'ada@example.org' });
    expect(await waker.wakeAt(stream)).toEqual({ version: 1, wakeAt: NOON + 3 * YEAR });
    clock.set(NOON + 3 * YEAR);
    expect(await waker.wake(stream, clock.now())).toEqual({ version: 2, wakeAt: 'never' });
    expect(all.at(-1)).toMatchObject({
      actor: 'agenda',
      fact: { type: 'ObjectionExpired', at: NOON + 3 * YEAR },
    });
    expect((await state('ada@example.org')).entries).toEqual([]);
    expect(await waker.wake(stream, clock.now())).toEqual({ version: 2, wakeAt: 'never' });
  });
});
