import type { BeforeApplicationShutdown } from '@nestjs/common';
import {
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
  type MsPattern,
} from '@nestjs/microservices';
import type { StoredEvent } from '@assent/contract';
import type { EventFeed } from '@assent/ports';
import { isObservable, lastValueFrom } from 'rxjs';
import { EventContext } from './reaction.js';

/**
 * Nest's transport over an `EventFeed`: every `@On` method becomes a consumer with its own checkpoint. Retrying and
 * parking is the feed's; this class only makes a handler's failure visible to it. As a provider it stops the feed
 * before the HTTP connections close.
 */
export class FeedStrategy extends Server implements CustomTransportStrategy, BeforeApplicationShutdown {
  override readonly propagatesEventHandlerErrors = true; // Nest need not report them as well
  private readonly consumers = new Map<string, Map<string, MessageHandler>>();
  private closed: Promise<void> | undefined;

  constructor(private readonly feed: EventFeed) {
    super();
  }

  override addHandler(
    pattern: MsPattern,
    handler: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const topic = this.normalizePattern(pattern);
    const consumer = extras['consumer'];
    if (!isEventHandler || typeof consumer !== 'string') {
      throw new Error(`${topic}: a feed takes @On(consumer, …) methods only`);
    }
    const topics = this.consumers.get(consumer) ?? new Map<string, MessageHandler>();
    if (topics.has(topic)) throw new Error(`${consumer}: two methods for ${topic} share one checkpoint`);
    this.consumers.set(consumer, topics.set(topic, handler));
  }

  override listen(ready: (error?: unknown) => void): void {
    this.followAll().then(() => ready(), ready);
  }

  private async followAll(): Promise<void> {
    // At once: joining a group can take seconds, as a dead member is waited for.
    await Promise.all(
      [...this.consumers].map(([name, topics]) =>
        this.feed.follow({ name, topics: [...topics.keys()], handle: (event) => handOver(topics, event) }),
      ),
    );
  }

  override close(): Promise<void> {
    return (this.closed ??= this.feed.stop());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  override on(): never {
    throw new Error('an event feed has no transport events');
  }

  override unwrap<T>(): T {
    return this.feed as T;
  }
}

/** A method that throws resolves, in Nest, to an Observable that fails; it must fail here. */
async function handOver(topics: Map<string, MessageHandler>, event: StoredEvent): Promise<void> {
  const handler = topics.get(`assent.${event.stream.slice(0, event.stream.indexOf('/'))}`);
  const result: unknown = await handler?.(event, new EventContext([event]));
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
