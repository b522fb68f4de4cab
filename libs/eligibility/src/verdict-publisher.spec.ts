import type { AddressVerdict } from '@assent/contract';
import { VerdictTopic } from '@assent/ports';
import { Leases } from '@assent/runtime';
import { given, objected } from './facts-spec.js';
import { VerdictPublisher } from './verdict-publisher.js';
import { world } from './world-spec.js';

const TENANT = 'presentinfini';

class Topic extends VerdictTopic {
  readonly messages: AddressVerdict[] = [];
  failures = 0;
  /** Runs while a message is on its way. */
  meanwhile: () => void = () => undefined;
  override async publish(verdict: AddressVerdict): Promise<void> {
    this.meanwhile();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failures-- > 0) throw new Error('no broker');
    this.messages.push(verdict);
  }
  get said(): (string | undefined)[] {
    return this.messages.map(({ verdicts }) => verdicts['prospecting']?.['email']);
  }
}

class OneLease extends Leases {
  isOurs = true;
  override take = (): Promise<boolean> => Promise.resolve(this.isOurs);
  override release = (): Promise<void> => Promise.resolve();
}

describe('The publisher of verdicts', () => {
  async function opened() {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    const [topic, leases, reports] = [new Topic(), new OneLease(), [] as string[]];
    const publisher = new VerdictPublisher(all.index, topic, leases, all.clock, (message) =>
      reports.push(message),
    );
    const settled = async () => {
      await all.index.idle();
      await publisher.drained();
    };
    const decide = async () => {
      all.index.touch(TENANT, who.keys);
      await settled();
    };
    const object = () => who.objected(objected('2026-05-01'));
    return { all, who, topic, leases, publisher, reports, settled, decide, object };
  }

  it('says what is decided once, and again when it differs', async () => {
    const { all, topic, publisher, settled, decide, object, who } = await opened();
    await publisher.look();
    await all.indexed();
    await settled();
    await decide();
    expect(topic.said).toEqual(['allowed']);
    object();
    await decide();
    await decide();
    expect(topic.said).toEqual(['allowed', 'stopped']);
    expect(topic.messages[1]).toMatchObject({
      tenant: TENANT,
      addressKey: who.keys[0],
      kind: 'email',
      policy: 'presentinfini@1',
    });
    await publisher.stop();
  });

  it('lets a yes be believed for a day at most, and says it again before', async () => {
    const { all, topic, publisher, settled } = await opened();
    await publisher.look();
    await all.indexed();
    await settled();
    const began = all.clock.now();
    expect(topic.messages[0]?.validUntil).toBe(new Date(began + 86_400_000).toISOString());
    all.clock.set(began + 43_200_000);
    await publisher.look();
    await publisher.idle();
    expect(topic.said).toEqual(['allowed', 'allowed']);
    await publisher.stop();
  });

  it('says nothing while another process does, and everything when it takes over', async () => {
    const { all, topic, leases, publisher, settled, decide } = await opened();
    leases.isOurs = false;
    await publisher.look();
    await all.indexed();
    await decide();
    expect(topic.said).toEqual([]);
    leases.isOurs = true;
    await publisher.look();
    await publisher.idle();
    await settled();
    expect(topic.said).toEqual(['allowed']);
    await publisher.stop();
  });

  it('corrects what was under way when it lost the lease, and then says no more', async () => {
    const { all, topic, leases, publisher, settled, decide, object } = await opened();
    await publisher.look();
    topic.meanwhile = () => {
      topic.meanwhile = () => undefined;
      leases.isOurs = false;
      void publisher.look();
      object();
    };
    await all.indexed();
    await settled();
    await decide();
    await decide();
    expect(topic.said).toEqual(['allowed', 'stopped']);
    await publisher.stop();
  });

  it('says the newest when Kafka takes messages again, and tells of the outage once', async () => {
    const { all, who, topic, publisher, reports, settled, object } = await opened();
    await publisher.look();
    topic.failures = 1;
    topic.meanwhile = () => {
      topic.meanwhile = () => undefined;
      object();
      all.index.touch(TENANT, who.keys);
    };
    await all.indexed();
    await settled();
    expect(topic.said).toEqual(['stopped']);
    expect(reports).toEqual(['verdicts cannot be published now, and are tried again']);
    await publisher.stop();
  });
});
