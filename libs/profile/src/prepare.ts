import { MongoRecords, MongoStore } from '@assent/adapter-mongodb';
import { ApiKeys, ConfigFaults, type Config } from '@assent/http';
import { SystemClock } from '@assent/kernel';
import { loadPolicies } from '@assent/policy';
import { clusterOf } from './distributed.js';
import { KINDS } from './kinds.js';

const DAY_MS = 86_400_000;

export interface Prepared {
  readonly topics: readonly string[];
  /** API keys made for tenants that had none: to be printed once. */
  readonly made: readonly { readonly tenant: string; readonly key: string }[];
}

/** The deploy step of the distributed profile behind the indexes: topics, first API keys. May be repeated. */
export async function prepare(config: Config): Promise<Prepared> {
  const { store: settings } = config;
  if (settings.kind !== 'distributed')
    throw new ConfigFaults(['ASSENT_STORE is not mongodb: the embedded store needs no deploy step']);
  const clock = new SystemClock();
  const { policies } = loadPolicies({
    dir: config.policiesDir,
    env: config.env,
    now: clock.now(),
    knownKinds: KINDS.map(({ kind }) => kind),
  });
  const { mongodbUri, topics: wanted } = settings;
  const cluster = clusterOf(settings, 'assent-prepare', { parked: () => undefined, warn: () => undefined });
  const topics = await cluster.deployTopics({ ...wanted, minCompactionLagMs: DAY_MS });
  const store = await MongoStore.open(mongodbUri);
  try {
    const records = new MongoRecords(store);
    const { made } = await ApiKeys.load(records, config.apiKeys, policies.tenants(), clock.real());
    return { topics, made };
  } finally {
    await store.close();
  }
}
