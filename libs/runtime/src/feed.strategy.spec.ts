import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import type { StoredEvent } from '@assent/contract';
import { EventFeed, type Consumer, type ParkedEvent } from '@assent/ports';
import { FeedStrategy } from './feed.strategy.js';
import { On, Reactions } from './reaction.js';

class Recording extends EventFeed {
  readonly consumers = new Map<string, Consumer>();
  stopped = false;
  override follow(consumer: Consumer): Promise<void> {
    this.consumers.set(consumer.name, consumer);
    return Promise.resolve();
  }
  override idle = () => Promise.resolve();
  override status = () => [];
  override parked = () => Promise.resolve<ParkedEvent[]>([]);
  override retryParked = () => Promise.resolve();
  override stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }
}

const seen: string[] = [];

@Reactions()
class EndsConsents {
  @On('consent.end-on-objection', 'opposition')
  async end(@Payload() event: StoredEvent): Promise<void> {
    await Promise.resolve();
    if (event.id === 'poison') throw new Error('no');
    seen.push(`end ${event.id}`);
  }
}

@Reactions()
class Plans {
  @On('delivery.plan', 'opposition', 'consent')
  plan(@Payload() event: StoredEvent): void {
    seen.push(`plan ${event.id}`);
  }
}

@Module({ controllers: [EndsConsents, Plans] })
class Reacting {}

describe('A feed in Nest', () => {
  const feed = new Recording();
  const event = (id: string, stream = 'opposition/t/ab') => ({ id, stream }) as StoredEvent;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const app = await NestFactory.createMicroservice(Reacting, {
      strategy: new FeedStrategy(feed),
      logger: false,
    });
    await app.listen();
    stop = () => app.close();
  });

  it('gives every reaction a checkpoint and topics of its own', () => {
    expect([...feed.consumers.values()].map(({ name, topics }) => [name, topics])).toEqual([
      ['consent.end-on-objection', ['assent.opposition']],
      ['delivery.plan', ['assent.opposition', 'assent.consent']],
    ]);
  });

  it('awaits the method and hands its failure to the feed, as it was thrown', async () => {
    const consumer = feed.consumers.get('consent.end-on-objection');
    await consumer?.handle(event('1'));
    expect(seen).toEqual(['end 1']);
    await expect(consumer?.handle(event('poison'))).rejects.toThrow(/^no$/);
  });

  it('finds the method by the topic of the event', async () => {
    await feed.consumers.get('delivery.plan')?.handle(event('2', 'consent/t/sub_1'));
    expect(seen.at(-1)).toBe('plan 2');
  });

  it('stops with the application', async () => {
    await stop();
    expect(feed.stopped).toBe(true);
  });
});
