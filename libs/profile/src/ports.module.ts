import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CANARY } from '@assent/canary';
import { CONNECTOR_KINDS, DELIVERY_SETTINGS, DeliveryMetrics } from '@assent/delivery';
import { Metrics, Readiness } from '@assent/http';
import { Clock } from '@assent/kernel';
import { PublicUrl } from '@assent/pages';
import { Policies } from '@assent/policy';
import {
  Agenda,
  Deliveries,
  Directory,
  EventFeed,
  EventLog,
  Keyring,
  Mailer,
  Outgoing,
  Records,
  TraversableLog,
  type ConnectorKind,
  type Mailbox,
} from '@assent/ports';
import { FeedStrategy, Leases } from '@assent/runtime';
import type { Store } from './store.js';

/** The adapters of the profile, and what else every library is given. */
export interface Parts extends Store {
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly mailer: Mailer;
  /** Where mails go without a mail server. */
  readonly mailbox: Mailbox | undefined;
  readonly outgoing: Outgoing;
  readonly policies: Policies;
  readonly kinds: readonly ConnectorKind[];
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly publicUrl: PublicUrl;
  readonly deliveryMetrics: DeliveryMetrics;
  /** Pattern of the addresses of synthetic people; empty: none. */
  readonly canary: string;
}

/** Rows that another process has planned, an erasure's for one, are found within this time. */
const POLL_MS = 2_000;

/** Every port with its adapter, for all modules. */
@Global()
@Module({})
export class PortsModule {
  static with(parts: Parts): DynamicModule {
    const providers: Provider[] = [
      { provide: Clock, useValue: parts.clock },
      { provide: EventLog, useValue: parts.log },
      { provide: TraversableLog, useValue: parts.traversable },
      { provide: EventFeed, useValue: parts.feed },
      { provide: Agenda, useValue: parts.agenda },
      { provide: Directory, useValue: parts.directory },
      { provide: Deliveries, useValue: parts.deliveries },
      { provide: Records, useValue: parts.records },
      { provide: Leases, useValue: parts.leases },
      { provide: Keyring, useValue: parts.keyring },
      { provide: Mailer, useValue: parts.mailer },
      { provide: Outgoing, useValue: parts.outgoing },
      { provide: Policies, useValue: parts.policies },
      { provide: CONNECTOR_KINDS, useValue: parts.kinds },
      { provide: DELIVERY_SETTINGS, useValue: parts.isAlone ? {} : { pollMs: POLL_MS } },
      { provide: DeliveryMetrics, useValue: parts.deliveryMetrics },
      { provide: CANARY, useValue: parts.canary },
      { provide: Metrics, useValue: parts.metrics },
      { provide: Readiness, useValue: parts.readiness },
      { provide: PublicUrl, useValue: parts.publicUrl },
      // A provider, so that the feed stops before the HTTP connections close.
      { provide: FeedStrategy, useFactory: () => new FeedStrategy(parts.feed) },
    ];
    return {
      module: PortsModule,
      providers,
      exports: providers.map((provider) => (provider as { provide: symbol }).provide),
    };
  }
}
