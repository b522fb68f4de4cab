/** The settings of every app: one table, from which the reading, `.env.example` and the reference page are made. */
import { SCOPES, type ApiScope } from './caller.js';
import { mailSettings, type MailSettings } from './mail-settings.js';

interface Variable {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
  readonly secret?: boolean;
}

export const VARIABLES = [
  { name: 'PORT', default: '8080', meaning: 'Port to listen on; 0 takes a free one.' },
  { name: 'HOST', default: '0.0.0.0', meaning: 'Address to listen on.' },
  {
    name: 'ASSENT_PUBLIC_URL',
    default: 'http://localhost:<PORT>',
    meaning:
      'Base of the links in mails. RFC 8058 needs https, and a DKIM signature over List-Unsubscribe and List-Unsubscribe-Post.',
  },
  { name: 'ASSENT_DATA_DIR', default: './data', meaning: 'Folder of the embedded store and the secret.' },
  { name: 'ASSENT_POLICIES_DIR', default: './policies', meaning: 'Folder with one folder per tenant.' },
  {
    name: 'ASSENT_SECRET',
    default: '',
    secret: true,
    meaning:
      '32 bytes or more, base64. Address keys, links and sealing are derived from it. Without it the embedded store makes one in the data folder (mode 0600); with `mongodb` it must be given, the same to every service.',
  },
  {
    name: 'ASSENT_LINK_SECRETS',
    default: '',
    secret: true,
    meaning:
      'Rotates link keys: 32 bytes or more each, base64, comma-separated, newest first. The first signs, all verify, and so does the key derived from ASSENT_SECRET.',
  },
  {
    name: 'ASSENT_TRUST_PROXY',
    default: '0',
    meaning: '1: the nearest proxy tells the client address (X-Forwarded-For).',
  },
  {
    name: 'ASSENT_API_KEYS',
    default: '',
    secret: true,
    meaning:
      '`tenant=key[:scope+scope],…`; no scopes = all. A tenant without a key gets one at the first start, printed once.',
  },
  {
    name: 'ASSENT_SMTP_URL',
    default: '',
    secret: true,
    meaning:
      'Mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. Without it mails are kept in the data folder and shown on `/mailbox`, to this machine only.',
  },
  {
    name: 'ASSENT_MAIL_FROM',
    default: '',
    meaning:
      'Address that mails come from and bounces go to, without a name. Needed with ASSENT_SMTP_URL; otherwise `no-reply@` the public host.',
  },
  {
    name: 'ASSENT_STORE',
    default: 'lmdb',
    meaning:
      'Store: `lmdb` (embedded, one process) or `mongodb` (distributed: six services, any number of each).',
  },
  {
    name: 'ASSENT_FEED',
    default: 'in-process',
    meaning: 'Feed of events: `in-process` with `lmdb`, `kafka` with `mongodb`.',
  },
  {
    name: 'MONGODB_URI',
    default: '',
    secret: true,
    meaning: 'Database of the store `mongodb`: `mongodb://host:27017/assent?replicaSet=rs0`.',
  },
  {
    name: 'KAFKA_BROKERS',
    default: '',
    meaning: 'Brokers of the feed `kafka`: `host:9092`, several with commas.',
  },
  {
    name: 'ASSENT_TOPIC_PREFIX',
    default: 'assent',
    meaning:
      'First word of every topic and consumer group; another one for a second installation on one Kafka.',
  },
  {
    name: 'ASSENT_TOPIC_PARTITIONS',
    default: '6',
    meaning:
      'Partitions of each topic, used by `assent prepare` alone. Final: it decides where a stream lives.',
  },
  {
    name: 'ASSENT_TOPIC_REPLICATION',
    default: '3',
    meaning: 'Copies of each partition, used by `assent prepare` alone; from 3 on a write needs two of them.',
  },
  {
    name: 'ASSENT_ALLOW_PRIVATE_NETWORKS',
    default: '0',
    meaning: '1: integrations may call private addresses and plain http. For tests and own networks only.',
  },
  {
    name: 'ASSENT_TEST_CLOCK',
    default: '0',
    meaning:
      '1: `POST /test/clock` sets the time of every rule. Never in production; with `mongodb` only where NODE_ENV is `test`.',
  },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug or trace.' },
] as const satisfies readonly Variable[];

type Name = (typeof VARIABLES)[number]['name'];

export interface ApiKeySetting {
  readonly tenant: string;
  readonly key: string;
  readonly scopes: readonly ApiScope[];
}

/** What one process has for itself, and what many processes share. */
export type StoreSettings =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'distributed';
      readonly mongodbUri: string;
      readonly brokers: readonly string[];
      readonly topics: { readonly prefix: string; readonly partitions: number; readonly replication: number };
    };

export interface Config {
  readonly store: StoreSettings;
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly policiesDir: string;
  readonly secret: Buffer | undefined;
  readonly linkSecrets: readonly Buffer[];
  readonly trustProxy: boolean;
  readonly apiKeys: readonly ApiKeySetting[];
  readonly mail: MailSettings;
  readonly allowPrivateNetworks: boolean;
  readonly testClock: boolean;
  readonly logLevel: string;
  /** Everything, for the placeholders of integrations. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Every setting that is wrong, one line each; values of secrets are never repeated. */
export class ConfigFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the settings are not valid:\n- ${faults.join('\n- ')}`);
    this.name = 'ConfigFaults';
  }
}

export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const faults: string[] = [];
  // An empty variable, as composing tools make them, is one that is not set.
  const raw = (name: Name): string =>
    env[name] || (VARIABLES.find((one) => one.name === name)?.default ?? '');
  const one = (name: Name, allowed: readonly string[]): string => {
    if (!allowed.includes(raw(name))) faults.push(`${name} must be one of ${allowed.join(', ')}`);
    return raw(name);
  };
  const flag = (name: Name): boolean => one(name, ['0', '1']) === '1';
  const bytes = (name: Name, text: string): Buffer => {
    const decoded = Buffer.from(text, 'base64');
    const canonical = decoded.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
    if (decoded.length < 32 || !canonical) faults.push(`${name} must be 32 bytes or more in base64`);
    return decoded;
  };
  const port = Number(raw('PORT'));
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push('PORT must be a number from 0 to 65535');
  const isTest = env['NODE_ENV'] === 'test';
  const config: Config = {
    store: storeSettings(raw, one, faults),
    port,
    host: raw('HOST'),
    publicUrl: env['ASSENT_PUBLIC_URL'] ? publicUrl(env['ASSENT_PUBLIC_URL'], faults) : undefined,
    dataDir: raw('ASSENT_DATA_DIR'),
    policiesDir: raw('ASSENT_POLICIES_DIR'),
    secret: raw('ASSENT_SECRET') === '' ? undefined : bytes('ASSENT_SECRET', raw('ASSENT_SECRET')),
    linkSecrets: listed(raw('ASSENT_LINK_SECRETS')).map((text) => bytes('ASSENT_LINK_SECRETS', text)),
    trustProxy: flag('ASSENT_TRUST_PROXY'),
    apiKeys: apiKeys(raw('ASSENT_API_KEYS'), faults),
    mail: mailSettings(raw('ASSENT_SMTP_URL'), raw('ASSENT_MAIL_FROM'), env['ASSENT_PUBLIC_URL'], faults),
    allowPrivateNetworks: flag('ASSENT_ALLOW_PRIVATE_NETWORKS'),
    testClock: flag('ASSENT_TEST_CLOCK'),
    logLevel: one('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    env,
  };
  if (config.store.kind === 'distributed') {
    if (config.secret === undefined)
      faults.push('ASSENT_SECRET is needed with ASSENT_STORE=mongodb: every service must have the same');
    if (config.testClock && !isTest)
      faults.push('ASSENT_TEST_CLOCK=1 goes with ASSENT_STORE=mongodb only where NODE_ENV is test');
  }
  for (const name of Object.keys(env))
    if (name.startsWith('ASSENT_') && !VARIABLES.some((known) => known.name === name))
      faults.push(`${name} is no setting; docs/reference/configuration.md lists them`);
  if (faults.length > 0) throw new ConfigFaults(faults);
  return config;
}

type Raw = (name: Name) => string;
type OneOf = (name: Name, allowed: readonly string[]) => string;

function storeSettings(raw: Raw, one: OneOf, faults: string[]): StoreSettings {
  const [store, feed] = [
    one('ASSENT_STORE', ['lmdb', 'mongodb']),
    one('ASSENT_FEED', ['in-process', 'kafka']),
  ];
  if ((store === 'mongodb') !== (feed === 'kafka'))
    faults.push('ASSENT_STORE=mongodb goes with ASSENT_FEED=kafka, and lmdb with in-process');
  if (store !== 'mongodb') return { kind: 'embedded' };

  const brokers = listed(raw('KAFKA_BROKERS'));
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

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function publicUrl(text: string, faults: string[]): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol) || /[?#@\s]/.test(text)) {
    faults.push('ASSENT_PUBLIC_URL must be an http or https address without query and without user');
  }
  return text.replace(/\/+$/, '');
}

function apiKeys(text: string, faults: string[]): ApiKeySetting[] {
  return listed(text).flatMap((entry, index) => {
    const where = `ASSENT_API_KEYS, entry ${index + 1}`;
    const equals = entry.indexOf('=');
    const tenant = entry.slice(0, Math.max(equals, 0));
    const [key = '', scopeText, ...more] = entry.slice(equals + 1).split(':');
    if (equals < 1 || !/^[\x21-\x7e]{1,200}$/.test(key) || more.length > 0) {
      faults.push(
        `${where} must be tenant=key[:scope+scope], with a key of printable ASCII without \`,\` and \`:\``,
      );
      return [];
    }
    // What is no scope may be the end of a key: it is not repeated.
    const scopes = scopeText === undefined ? ['*'] : scopeText.split('+');
    if (!scopes.every((scope) => ['*', ...SCOPES].includes(scope))) {
      faults.push(`${where} names something that is no scope; allowed: ${SCOPES.join(', ')}, *`);
      return [];
    }
    return [{ tenant, key, scopes: scopes.includes('*') ? SCOPES : (scopes as ApiScope[]) }];
  });
}

/** `.env.example` */
export const envExample = (): string =>
  [
    '# Made by `npm run reference` from the table that the apps read their settings by.',
    ...VARIABLES.map(({ name, default: value, meaning }) => `\n# ${meaning}\n# ${name}=${value}`),
    '',
  ].join('\n');

/** `docs/reference/configuration.md` */
export const configurationMarkdown = (): string =>
  [
    '# Configuration',
    '',
    'Made by `npm run reference`. Settings come from the environment and are checked at the start; all faults are listed at once.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...VARIABLES.map((variable) => {
      const secret = 'secret' in variable ? ' Secret: never printed.' : '';
      const value = variable.default === '' ? '' : `\`${variable.default}\``;
      return `| \`${variable.name}\` | ${value} | ${variable.meaning.replaceAll('|', '\\|')}${secret} |`;
    }),
    '',
  ].join('\n');
