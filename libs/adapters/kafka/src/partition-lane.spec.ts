import { eventNamed } from '@assent/ports';
import { PartitionLane, type Item } from './partition-lane.js';
import { Slots } from './slots.js';

const item = (offset: number, stream = 'consent/t/a'): Item => ({
  offset,
  event: { ...eventNamed(String(offset)), stream, version: offset + 1 },
});

function lane(fails: (id: string) => boolean = () => false) {
  const handled: string[] = [];
  const parked: number[] = [];
  let done = (): void => undefined;
  const idle = (offset: number): Promise<void> =>
    new Promise((resolve) => {
      done = () => (one.position === offset ? resolve() : undefined);
      done();
    });
  const options = { attempts: 2, firstDelayMs: 1, maxDelayMs: 2, timeoutMs: 1_000 };
  const one = new PartitionLane('assent.consent', 0, new Slots(4), options, {
    handle: ({ id }) => {
      if (fails(id)) return Promise.reject(new Error(`no ${id}`));
      handled.push(id);
      return Promise.resolve();
    },
    park: ({ offset }) => {
      parked.push(offset);
      return Promise.resolve();
    },
    progress: () => done(),
  });
  return { one, handled, parked, idle };
}

describe('The events of a partition', () => {
  it('are dealt with up to the lowest one that is in hand', async () => {
    const { one, handled, parked, idle } = lane((id) => id === '0');
    one.begins(0);
    one.take([item(0), item(1, 'consent/t/b')], 2);
    expect([one.position, one.next, one.held]).toEqual([0, 2, 2]);
    await idle(2);
    expect([handled, parked, one.held]).toEqual([['1'], [0], 0]);
  });

  it('are passed over when they come again after the group was shared out anew', async () => {
    const { one, handled, idle } = lane();
    one.begins(0);
    one.take([item(0), item(1)], 2);
    one.take([item(0), item(1), item(2)], 3);
    await idle(3);
    expect(handled).toEqual(['0', '1', '2']);
  });

  it('that the checkpoint is behind of are not handed over', async () => {
    const { one, handled, idle } = lane();
    one.begins(2);
    one.take([item(1), item(2)], 3);
    await idle(3);
    expect(handled).toEqual(['2']);
  });

  it('may have holes, where Kafka kept the last event of a key only', async () => {
    const { one, handled, idle } = lane();
    one.begins(0);
    one.take([item(3), item(7)], 9);
    await idle(9);
    expect(handled).toEqual(['3', '7']);
  });
});
