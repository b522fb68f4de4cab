import { ApiKeys } from './api-keys.js';
import { ConfigFaults, configurationMarkdown, envExample, readConfig } from './config.js';
import { RateLimit } from './rate-limit.js';
import { PROBLEMS, ProblemError } from './problems.js';
import { problemsMarkdown } from './reference.js';
import { MemoryRecords } from './records-spec.js';
import { VARIABLES } from './variables.js';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return error instanceof ConfigFaults ? error.faults : [String(error)];
  }
};
const SECRET = Buffer.alloc(32, 9).toString('base64');

describe('The settings', () => {
  it('have defaults for everything', () =>
    expect(readConfig({})).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      dataDir: './data',
      testClock: false,
      apiKeys: [],
    }));

  it.each([
    ['canary+{n}@example.org', []],
    ['{n}@example.org', []],
    ['canary@example.org', ['must have {n} once']],
    ['canary@{n}.example.org', ['must have {n} once']],
    ['{n}{n}@example.org', ['must have {n} once']],
    ['canary {n}@@', ['must be an e-mail address']],
  ])('name synthetic people by the pattern %s: at fault is %j', (ASSENT_CANARY, faults) => {
    const found = faultsOf({ ASSENT_CANARY, ASSENT_PUBLIC_URL: 'https://consent.example.org' });
    expect(found).toHaveLength(faults.length);
    for (const fault of faults) expect(found[0]).toContain(fault);
  });

  it('name synthetic people only where there is a public address for them to use', () =>
    expect(faultsOf({ ASSENT_CANARY: 'canary+{n}@example.org' })).toEqual([
      'ASSENT_CANARY needs ASSENT_PUBLIC_URL',
    ]));

  it('are read as api.md says', () => {
    const config = readConfig({
      PORT: '0',
      ASSENT_PUBLIC_URL: 'https://consent.example.org/',
      ASSENT_SECRET: SECRET,
      ASSENT_API_KEYS: 't1=0123456789abcdef:objections+history,t2=fedcba9876543210',
    });
    expect(config).toMatchObject({ port: 0, publicUrl: 'https://consent.example.org' });
    expect(config.secret).toHaveLength(32);
    expect(config.apiKeys[0]).toEqual({
      tenant: 't1',
      key: '0123456789abcdef',
      scopes: ['objections', 'history'],
    });
    expect(config.apiKeys[1]?.scopes).toContain('admin');
  });

  it('are refused all at once, by name, without repeating a secret', () => {
    const faults = faultsOf({
      PORT: 'eighty',
      ASSENT_SECRET: 'c2hvcnQ=',
      ASSENT_PUBLIC_URL: 'ftp://x',
      ASSENT_API_KEYS: 'nothing-but-a-key,t2=0123456789abcdef:end-of-a-key',
      ASSENT_TEST_CLOCK: 'yes',
      ASSENT_STORE: 'paper',
      LOG_LEVEL: 'loud',
    });
    expect(faults).toHaveLength(8);
    expect(faults.join('\n')).toContain('no scope; allowed: subjects');
    for (const secret of ['c2hvcnQ=', 'nothing-but', '0123456789abcdef', 'end-of-a-key'])
      expect(faults.join('\n')).not.toContain(secret);
  });

  it('count as not set when they are empty', () => {
    const empty = {
      PORT: '',
      ASSENT_PUBLIC_URL: '',
      ASSENT_SECRET: '',
      ASSENT_TEST_CLOCK: '',
      LOG_LEVEL: '',
    };
    expect(readConfig(empty)).toMatchObject({
      port: 8080,
      publicUrl: undefined,
      secret: undefined,
      testClock: false,
    });
  });

  it('choose one process on files, or many on MongoDB and Kafka, and nothing in between', () => {
    expect(readConfig({}).store).toEqual({ kind: 'embedded' });
    const distributed = {
      ASSENT_STORE: 'mongodb',
      ASSENT_FEED: 'kafka',
      ASSENT_SECRET: SECRET,
      MONGODB_URI: 'mongodb://user:word@db/assent',
      KAFKA_BROKERS: 'a:9092, b:9092',
    };
    expect(readConfig(distributed).store).toEqual({
      kind: 'distributed',
      mongodbUri: 'mongodb://user:word@db/assent',
      brokers: ['a:9092', 'b:9092'],
      topics: { prefix: 'assent', partitions: 6, replication: 3 },
    });
    const fault = (over: Record<string, string>) => faultsOf({ ...distributed, ...over }).join('\n');
    expect(fault({ ASSENT_FEED: 'in-process' })).toMatch(/goes with ASSENT_FEED=kafka/);
    expect(faultsOf({ ASSENT_FEED: 'kafka' }).join()).toMatch(/goes with ASSENT_FEED=kafka/);
    expect(fault({ MONGODB_URI: '' })).toBe('MONGODB_URI is needed with ASSENT_STORE=mongodb');
    expect(fault({ KAFKA_BROKERS: '' })).toBe('KAFKA_BROKERS is needed with ASSENT_FEED=kafka');
    expect(fault({ KAFKA_BROKERS: 'broker' })).toMatch(/^KAFKA_BROKERS must be host:port/);
    expect(fault({ ASSENT_TOPIC_PREFIX: 'a.b' })).toMatch(/^ASSENT_TOPIC_PREFIX/);
    expect(fault({ ASSENT_TOPIC_PARTITIONS: '0' })).toMatch(/^ASSENT_TOPIC_PARTITIONS/);
    expect(fault({ ASSENT_TOPIC_REPLICATION: 'two' })).toMatch(/^ASSENT_TOPIC_REPLICATION/);
  });

  it('with many processes need a secret that all share, and let no test clock into production', () => {
    const distributed = {
      ASSENT_STORE: 'mongodb',
      ASSENT_FEED: 'kafka',
      MONGODB_URI: 'mongodb://db',
      KAFKA_BROKERS: 'a:9092',
    };
    expect(faultsOf(distributed)).toEqual([
      'ASSENT_SECRET is needed with ASSENT_STORE=mongodb: every service must have the same',
    ]);
    const clock = { ...distributed, ASSENT_SECRET: SECRET, ASSENT_TEST_CLOCK: '1' };
    expect(faultsOf(clock)).toHaveLength(1);
    expect(faultsOf({ ...clock, NODE_ENV: 'production' })).toHaveLength(1);
    expect(faultsOf({ ...clock, NODE_ENV: 'test' })).toEqual([]);
  });

  it('are refused when a name is none of them: a typo must not vanish', () =>
    expect(faultsOf({ ASSENT_SECRETS: 'x' })).toEqual([
      'ASSENT_SECRETS is no setting; docs/reference/configuration.md lists them',
    ]));

  it('stand in the example and in the reference, every one', () => {
    for (const { name } of VARIABLES) {
      expect(envExample()).toContain(`# ${name}=`);
      expect(configurationMarkdown()).toContain(`| \`${name}\` |`);
    }
  });
});

describe('The table of problems', () => {
  it('has a section for each code, with its status', () => {
    for (const [code, { status }] of Object.entries(PROBLEMS)) {
      expect(problemsMarkdown()).toContain(`## ${code}\n\n**${status}**`);
    }
  });
});

describe('API keys', () => {
  it('are not made where many processes start at once: a tenant without one is named, and the way out', async () => {
    const records = new MemoryRecords();
    const loading = ApiKeys.load(records, [], ['t1', 't2'], 0, false);
    await expect(loading).rejects.toThrow(/no API key exists for t1, t2: run `assent prepare`/);
    expect(records.entries.size).toBe(0);
    await ApiKeys.load(records, [], ['t1', 't2'], 0);
    expect((await ApiKeys.load(records, [], ['t1', 't2'], 0, false)).made).toEqual([]);
  });

  it('are made once for a tenant without one, and kept as digests', async () => {
    const records = new MemoryRecords();
    const first = await ApiKeys.load(records, [], ['t1', 't2'], 0);
    expect(first.made.map(({ tenant }) => tenant)).toEqual(['t1', 't2']);
    const again = await ApiKeys.load(records, [], ['t1', 't2', 't3'], 0);
    expect(again.made.map(({ tenant }) => tenant)).toEqual(['t3']);
    const key = first.made[0]?.key ?? '';
    expect(again.keys.holderOf(key)).toMatchObject({ tenant: 't1' });
    expect(again.keys.holderOf(`${key}x`)).toBeUndefined();
    expect(JSON.stringify([...records.entries])).not.toContain(key);
  });

  it('of a tenant that is gone let nobody in', async () => {
    const records = new MemoryRecords();
    const { made } = await ApiKeys.load(records, [], ['t1'], 0);
    const later = await ApiKeys.load(records, [], ['t2'], 0);
    expect(later.keys.holderOf(made[0]?.key ?? '')).toBeUndefined();
  });

  it('of the environment live as long as it names them', async () => {
    const records = new MemoryRecords();
    const setting = { tenant: 't1', key: '0123456789abcdef', scopes: ['history'] as const };
    expect((await ApiKeys.load(records, [setting], ['t1'], 0)).made).toEqual([]);
    const later = await ApiKeys.load(records, [], ['t1'], 0);
    expect(later.made).toHaveLength(1);
    expect(later.keys.holderOf(setting.key)).toBeUndefined();
  });
});

describe('API keys of the environment', () => {
  const load = (key: string, tenant = 't1') =>
    ApiKeys.load(new MemoryRecords(), [{ tenant, key, scopes: ['history'] }], ['t1', 't2'], 0);

  it('must be of a tenant that there is; what stands in its place is not repeated', async () => {
    const error: unknown = await load('0123456789abcdef', 'a-secret').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigFaults);
    expect(String(error)).toContain('entry 1 names no tenant; there are t1, t2');
    expect(String(error)).not.toContain('a-secret');
  });

  it('are told when they can be guessed', async () => {
    expect((await load('short')).keys.weak).toMatchObject([{ tenant: 't1' }]);
    expect((await load('0123456789abcdef')).keys.weak).toEqual([]);
  });
});

describe('A rate limit', () => {
  it('lets a burst through, then as many as flow back, and says when', () => {
    let now = 0;
    const limit = new RateLimit({ real: () => now }, 2, 3);
    const take = () => {
      try {
        limit.take('x');
        return 'taken';
      } catch (error) {
        return error instanceof ProblemError ? error.retryAfterSeconds : error;
      }
    };
    expect([take(), take(), take(), take()]).toEqual(['taken', 'taken', 'taken', 1]);
    limit.take('another');
    now = 500;
    expect([take(), take()]).toEqual(['taken', 1]);
  });
});
