import { join } from 'node:path';
import { NodeKeyring, readOrMakeSecret } from '@assent/adapter-keyring';
import { FileMailer, SmtpMailer } from '@assent/adapter-mail';
import { NodeOutgoing } from '@assent/adapter-outgoing';
import { Canaries } from '@assent/canary';
import { checkIntegrations, DeliveryWorker } from '@assent/delivery';
import { AnswerDesk, IndexedLog, IndexKeeper, VerdictIndex, VerdictPublisher } from '@assent/eligibility';
import { ApiKeys, ConfigFaults, createHttpApp, Metrics, Readiness, type Config } from '@assent/http';
import { SystemClock, TestClock, type Clock } from '@assent/kernel';
import { LONGEST_TOKEN, type PublicUrl } from '@assent/pages';
import { loadPolicies } from '@assent/policy';
import type { EventFeed, Records } from '@assent/ports';
import { FeedStrategy, Timekeeper, type Waker } from '@assent/runtime';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { CountingLog } from './counting-log.js';
import { openDistributed } from './distributed.js';
import { Due } from './due.js';
import { openEmbedded } from './embedded.js';
import {
  addAgendaGauge,
  addCanaryGauges,
  addDeliveryGauges,
  addFeedGauges,
  addIndexGauges,
  DeliveryCounters,
} from './gauges.js';
import { KINDS } from './kinds.js';
import type { Parts } from './ports.module.js';
import { ServiceModule } from './service.module.js';
import type { Service } from './service.js';
import { Shutdown } from './shutdown.js';
import type { Store, StoreEvents } from './store.js';

export interface Assembled {
  readonly app: NestFastifyApplication;
  /** API keys made by this start: to be printed once. */
  readonly made: readonly { readonly tenant: string; readonly key: string }[];
  /** Base of the links in mails, once the port is known. */
  readonly publicUrl: { base: string };
  /** Begins to react, to wake and to deliver; the app must be listening, or initialised. */
  run(): Promise<void>;
}

/** Records that are over are removed, and parked events tried again: a parked stop must not wait for a restart. */
const HOUSEKEEPING_MS = 600_000;
const PING_MS = 2_000;

/** One service on the adapters that the settings name: its libraries, its doors, its work. */
export async function assemble(service: Service, config: Config, logger: Logger): Promise<Assembled> {
  if (service.mails && config.store.kind === 'distributed' && config.mail.smtp === undefined)
    throw new ConfigFaults([`ASSENT_SMTP_URL is needed: ${service.name} writes to people`]);
  const clock = config.testClock ? new TestClock() : new SystemClock();
  const { policies, notes } = loadPolicies({
    dir: config.policiesDir,
    env: config.env,
    now: clock.now(),
    knownKinds: KINDS.map(({ kind }) => kind),
  });
  checkIntegrations(policies, KINDS);
  for (const note of notes) logger.warn(note);

  const secret = config.secret ?? readOrMakeSecret(config.dataDir).secret;
  const keyring = new NodeKeyring(secret, config.linkSecrets);
  const store = await openStore(service, config, keyring, clock, {
    parked: ({ consumer, event, error }) =>
      logger.error({ consumer, stream: event.stream, eventId: event.id, error }, 'an event was parked'),
    warn: (message, error) => logger.warn({ err: error }, message),
  });
  const { feed, records, leases } = store;
  const indexed = new IndexedLog(store.log);
  const log = new CountingLog(indexed);
  const metrics = new Metrics();
  const publicUrl: PublicUrl & { base: string } = {
    base: config.publicUrl ?? `http://localhost:${config.port}`,
    unsubscribeMailbox: config.mail.unsubscribeMailbox,
  };
  const mailer = mailerOf(config, clock);
  const parts: Parts = {
    ...store,
    ...{ clock, log, keyring, mailer, policies, metrics, publicUrl },
    mailbox: mailer instanceof FileMailer ? mailer : undefined,
    outgoing: new NodeOutgoing({ allowPrivateNetworks: config.allowPrivateNetworks }),
    kinds: KINDS,
    readiness: new Readiness(),
    deliveryMetrics: new DeliveryCounters(metrics),
    canary: config.canary,
  };
  const { keys: apiKeys, made } = await ApiKeys.load(
    records,
    config.apiKeys,
    policies.tenants(),
    clock.real(),
    store.isAlone,
  );
  const due = new Due(feed, log);
  const shutdown = new Shutdown({
    async close() {
      await mailer.close();
      await store.close();
    },
  });
  const { trustProxy } = config;
  const app = await createHttpApp(ServiceModule.with(service, parts, due, shutdown, config.testClock), {
    ...{ logger, metrics, clock, records, keyring, apiKeys, leases, trustProxy },
    publicUrl: () => publicUrl.base,
    longestParameter: LONGEST_TOKEN,
    shortcuts: (made) => (service.indexes ? [made.get(AnswerDesk, { strict: false }).shortcut] : []),
  });
  app.connectMicroservice<AsyncMicroserviceOptions>({
    inject: [FeedStrategy],
    useFactory: (strategy: FeedStrategy) => ({ strategy }),
  });
  const worker = service.delivers ? app.get(DeliveryWorker, { strict: false }) : undefined;
  const keeper = service.indexes ? app.get(IndexKeeper, { strict: false }) : undefined;
  const wakers = service.wakers.map((waker) => app.get<Waker>(waker, { strict: false }));
  const report = (message: string, error: unknown) => logger.error({ err: error }, message);
  const tell = (message: string) => logger.info(message);
  const timekeeper = new Timekeeper(parts.agenda, feed, clock, policies, wakers, report, leases, tell);
  due.uses(timekeeper, worker);
  addFeedGauges(metrics, feed);
  addAgendaGauge(metrics, timekeeper);
  if (worker) addDeliveryGauges(metrics, worker, clock);
  if (worker && parts.canary !== '') addCanaryGauges(metrics, app.get(Canaries, { strict: false }));
  let publisher: VerdictPublisher | undefined;
  if (keeper) {
    const index = app.get(VerdictIndex, { strict: false });
    addIndexGauges(metrics, index);
    if (store.isAlone) {
      indexed.uses(index);
      parts.readiness.add('index complete', () => index.isComplete);
    } else {
      // Several processes: the log tells of a write seconds later, so audiences are answered from the heads.
      index.onlyTells();
    }
    if (store.verdicts) publisher = new VerdictPublisher(index, store.verdicts, leases, clock, report);
  }
  const ready = { running: false, caughtUp: false, store: true };
  parts.readiness.add('running', () => ready.running);
  parts.readiness.add('feed caught up', () => ready.caughtUp);
  parts.readiness.add('store', () => ready.store);

  const timers = [
    setInterval(() => keepHouse(records, feed, clock, logger), HOUSEKEEPING_MS),
    setInterval(() => {
      store.ping().then(
        () => (ready.store = true),
        () => (ready.store = false),
      );
    }, PING_MS),
  ];
  for (const timer of timers) timer.unref();
  shutdown.first(async () => {
    ready.running = false;
    for (const timer of timers) clearInterval(timer);
    await Promise.all([timekeeper.stop(), worker?.stop(), keeper?.stop(), publisher?.stop()]);
  });
  return {
    app,
    made,
    publicUrl,
    async run() {
      await publisher?.start();
      keeper?.start({ isAlone: store.isAlone });
      await Promise.all([app.startAllMicroservices(), timekeeper.start(), worker?.start()]);
      ready.running = true;
      void feed.idle().then(() => (ready.caughtUp = true));
    },
  };
}

function openStore(
  { name }: Service,
  { store, dataDir }: Config,
  keyring: NodeKeyring,
  clock: Clock,
  events: StoreEvents,
): Promise<Store> {
  return store.kind === 'embedded'
    ? openEmbedded(dataDir, keyring, events)
    : openDistributed(store, name, keyring, clock, events);
}

function keepHouse(records: Records, feed: EventFeed, clock: Clock, logger: Logger): void {
  const failed = (error: unknown) => logger.error({ err: error }, 'housekeeping failed');
  records.sweep(clock.real()).catch(failed);
  feed.retryParked().catch(failed);
}

const mailerOf = (config: Config, clock: Clock): FileMailer | SmtpMailer => {
  const { dataDir, allowPrivateNetworks } = config;
  const { from, smtp } = config.mail;
  return smtp === undefined
    ? new FileMailer({ folder: join(dataDir, 'mails'), from, now: () => clock.now() })
    : new SmtpMailer({ ...smtp, from, allowPrivateNetworks });
};
