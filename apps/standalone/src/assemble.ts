import { join } from 'node:path';
import {
  LmdbAgenda,
  LmdbDeliveries,
  LmdbDirectory,
  LmdbEventFeed,
  LmdbEventLog,
  LmdbRecords,
  LmdbStore,
  withShares,
} from '@assent/adapter-lmdb';
import { NodeKeyring, readOrMakeSecret } from '@assent/adapter-keyring';
import { FileMailer, SmtpMailer } from '@assent/adapter-mail';
import { NodeOutgoing } from '@assent/adapter-outgoing';
import { ConsentWaker } from '@assent/consent';
import { checkIntegrations, DeliveryWorker } from '@assent/delivery';
import { IndexedLog, IndexKeeper, VerdictIndex } from '@assent/eligibility';
import { ApiKeys, createHttpApp, Metrics, Readiness, type Config } from '@assent/http';
import { SystemClock, TestClock, type Clock } from '@assent/kernel';
import { NewsletterWaker } from '@assent/newsletter';
import { OppositionWaker } from '@assent/opposition';
import { LONGEST_TOKEN, type PublicUrl } from '@assent/pages';
import { loadPolicies } from '@assent/policy';
import { ProspectWaker } from '@assent/prospect';
import { FeedStrategy, Timekeeper, type Waker } from '@assent/runtime';
import { SubjectWaker } from '@assent/subject';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { Due } from './due.js';
import { addGauges, addIndexGauges, DeliveryCounters } from './gauges.js';
import { KINDS } from './kinds.js';
import { Shutdown } from './shutdown.js';

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

/** The whole product on the embedded store: adapters, libraries, doors. */
export async function assemble(config: Config, logger: Logger): Promise<Assembled> {
  const clock = config.testClock ? new TestClock() : new SystemClock();
  const kinds = KINDS;
  const { policies, notes } = loadPolicies({
    dir: config.policiesDir,
    env: config.env,
    now: clock.now(),
    knownKinds: kinds.map(({ kind }) => kind),
  });
  checkIntegrations(policies, kinds);
  for (const note of notes) logger.warn(note);

  const secret = config.secret ?? readOrMakeSecret(config.dataDir).secret;
  const keyring = new NodeKeyring(secret, config.linkSecrets);
  const store = await withShares(LmdbStore.open(config.dataDir), keyring);
  const events = new LmdbEventLog(store);
  const log = new IndexedLog(events);
  const feed = new LmdbEventFeed(store, events, {
    onParked: ({ consumer, event, error }) =>
      logger.error({ consumer, stream: event.stream, eventId: event.id, error }, 'an event was parked'),
  });
  const records = new LmdbRecords(store);
  const metrics = new Metrics();
  const publicUrl: PublicUrl & { base: string } = {
    base: config.publicUrl ?? `http://localhost:${config.port}`,
  };
  const mailer = mailerOf(config, clock);
  const parts = {
    clock,
    log,
    traversable: events,
    feed,
    agenda: new LmdbAgenda(store),
    directory: new LmdbDirectory(store, keyring),
    deliveries: new LmdbDeliveries(store),
    records,
    keyring,
    mailer,
    mailbox: mailer instanceof FileMailer ? mailer : undefined,
    outgoing: new NodeOutgoing({ allowPrivateNetworks: config.allowPrivateNetworks }),
    policies,
    kinds,
    metrics,
    readiness: new Readiness(),
    publicUrl,
    deliveryMetrics: new DeliveryCounters(metrics),
  };
  const { keys: apiKeys, made } = await ApiKeys.load(
    records,
    config.apiKeys,
    policies.tenants(),
    clock.real(),
  );
  const due = new Due(feed);
  const shutdown = new Shutdown({
    async close() {
      await mailer.close();
      await store.close();
    },
  });
  const { trustProxy } = config;
  const app = await createHttpApp(AppModule.with(parts, due, shutdown, config.testClock), {
    ...{ logger, metrics, clock, records, keyring, apiKeys, trustProxy },
    publicUrl: () => publicUrl.base,
    longestParameter: LONGEST_TOKEN,
  });
  app.connectMicroservice<AsyncMicroserviceOptions>({
    inject: [FeedStrategy],
    useFactory: (strategy: FeedStrategy) => ({ strategy }),
  });
  const index = app.get(VerdictIndex);
  log.uses(index);
  const keeper = app.get(IndexKeeper);
  const worker = app.get(DeliveryWorker);
  const wakers = [SubjectWaker, ConsentWaker, NewsletterWaker, OppositionWaker, ProspectWaker].map((waker) =>
    app.get<Waker>(waker),
  );
  const timekeeper = new Timekeeper(parts.agenda, feed, clock, policies, wakers, (message, error) =>
    logger.error({ err: error }, message),
  );
  due.uses(timekeeper, worker);
  addGauges(metrics, feed, worker, clock);
  addIndexGauges(metrics, index);
  let running = false;
  let caughtUp = false;
  parts.readiness.add('running', () => running);
  parts.readiness.add('feed caught up', () => caughtUp);
  parts.readiness.add('index complete', () => index.isComplete);

  const housekeeping = setInterval(() => {
    const failed = (error: unknown) => logger.error({ err: error }, 'housekeeping failed');
    records.sweep(clock.real()).catch(failed);
    feed.retryParked().catch(failed);
  }, HOUSEKEEPING_MS);
  housekeeping.unref();
  shutdown.first(async () => {
    running = false;
    clearInterval(housekeeping);
    await Promise.all([timekeeper.stop(), worker.stop(), keeper.stop()]);
  });
  return {
    app,
    made,
    publicUrl,
    async run() {
      keeper.start({ isAlone: true });
      await app.startAllMicroservices();
      await timekeeper.start();
      await worker.start();
      running = true;
      void feed.idle().then(() => (caughtUp = true));
    },
  };
}

const mailerOf = (config: Config, clock: Clock): FileMailer | SmtpMailer => {
  const { dataDir, allowPrivateNetworks } = config;
  const { from, smtp } = config.mail;
  return smtp === undefined
    ? new FileMailer({ folder: join(dataDir, 'mails'), from, now: () => clock.now() })
    : new SmtpMailer({ ...smtp, from, allowPrivateNetworks });
};
