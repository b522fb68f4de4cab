import { Logger } from '@nestjs/common';
import { guardDoor } from './guard-door-spec.js';
import { Receipts } from './receipts.js';
import { SECOND, T0 } from './stand-ins/stores.js';
import { opposed } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('The receipts of an address', () => {
  it('are the same with and without refusals in between, and each is shown for itself', async () => {
    const made = await opposed();
    const { ask, stateOf, worker, clock } = guardDoor(made);
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
    const { ask } = guardDoor(made);
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
