import type { Name } from './variables.js';

/** What one process has for itself, and what many processes share. */
export type StoreSettings =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'distributed';
      readonly mongodbUri: string;
      readonly brokers: readonly string[];
      readonly topics: { readonly prefix: string; readonly partitions: number; readonly replication: number };
    };

type Raw = (name: Name) => string;
type OneOf = (name: Name, allowed: readonly string[]) => string;

/** Faults name the variable and what is allowed; the address of the database may hold a password and is not repeated. */
export function storeSettings(raw: Raw, one: OneOf, faults: string[]): StoreSettings {
  const [store, feed] = [
    one('ASSENT_STORE', ['lmdb', 'mongodb']),
    one('ASSENT_FEED', ['in-process', 'kafka']),
  ];
  if ((store === 'mongodb') !== (feed === 'kafka'))
    faults.push('ASSENT_STORE=mongodb goes with ASSENT_FEED=kafka, and lmdb with in-process');
  if (store !== 'mongodb') return { kind: 'embedded' };

  const brokers = raw('KAFKA_BROKERS')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (raw('MONGODB_URI') === '') faults.push('MONGODB_URI is needed with ASSENT_STORE=mongodb');
  if (brokers.length === 0) faults.push('KAFKA_BROKERS is needed with ASSENT_FEED=kafka');
  if (!brokers.every((broker) => /^[\w.[\]:-]+:\d{1,5}$/.test(broker)))
    faults.push('KAFKA_BROKERS must be host:port, several with commas');
  const prefix = raw('ASSENT_TOPIC_PREFIX');
  if (!/^[\w-]{1,100}$/.test(prefix))
    faults.push('ASSENT_TOPIC_PREFIX must be one word of letters, digits, _ and -');
  const count = (name: Name, most: number): number => {
    const value = Number(raw(name));
    if (!Number.isInteger(value) || value < 1 || value > most)
      faults.push(`${name} must be a number from 1 to ${most}`);
    return value;
  };
  const partitions = count('ASSENT_TOPIC_PARTITIONS', 1_000);
  const replication = count('ASSENT_TOPIC_REPLICATION', 10);
  const topics = { prefix, partitions, replication };
  return { kind: 'distributed', mongodbUri: raw('MONGODB_URI'), brokers, topics };
}
