/** The settings of every app: one table, from which the reading, `.env.example` and the reference page are made. */
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
    name: 'ASSENT_MAIL_IN_DIR',
    default: '',
    meaning: 'Folder of mails that come in. Read by `assent take-mail`, not by the services.',
  },
  {
    name: 'ASSENT_MAIL_API_KEY',
    default: '',
    secret: true,
    meaning:
      'API key with the scope `deliveries` that `assent take-mail` tells bounces with; of several tenants, with commas. Read by `assent take-mail`, not by the services.',
  },
  {
    name: 'ASSENT_UNSUBSCRIBE_MAILBOX',
    default: '',
    meaning:
      'Address that takes unsubscribes by mail: `POST /v1/links` offers it behind the https link. Only where `assent take-mail` works off what comes in there.',
  },
  {
    name: 'ASSENT_API_KEY',
    default: '',
    meaning: 'The key that `assent drift` asks with. Read by the command line, not by the services.',
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
    name: 'ASSENT_CANARY',
    default: '',
    meaning:
      'Addresses of synthetic people, e.g. `canary+{n}@example.org`, a mailbox of your own: one per tenant and day enters the tools, leaves by the public link and must become silent in each within a day. Without it there are none.',
  },
  {
    name: 'ASSENT_TEST_CLOCK',
    default: '0',
    meaning:
      '1: `POST /test/clock` sets the time of every rule. Never in production; with `mongodb` only where NODE_ENV is `test`.',
  },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug or trace.' },
] as const satisfies readonly Variable[];

export type Name = (typeof VARIABLES)[number]['name'];
