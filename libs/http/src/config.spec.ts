import { ApiKeys } from './api-keys.js';
import { ConfigFaults, configurationMarkdown, envExample, readConfig, VARIABLES } from './config.js';
import { RateLimit } from './rate-limit.js';
import { PROBLEMS, ProblemError } from './problems.js';
import { problemsMarkdown } from './reference.js';
import { MemoryRecords } from './records-spec.js';

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
      ASSENT_API_KEYS: 't1=short,t2=0123456789abcdef:everything',
      ASSENT_TEST_CLOCK: 'yes',
      ASSENT_STORE: 'paper',
      LOG_LEVEL: 'loud',
    });
    expect(faults).toHaveLength(8);
    expect(faults.join('\n')).toMatch(/PORT.*\n|everything is no scope; allowed: subjects/);
    for (const secret of ['c2hvcnQ=', 'short,', '0123456789abcdef'])
      expect(faults.join('\n')).not.toContain(secret);
  });

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

  it('of the environment live as long as it names them', async () => {
    const records = new MemoryRecords();
    const setting = { tenant: 't1', key: '0123456789abcdef', scopes: ['history'] as const };
    expect((await ApiKeys.load(records, [setting], ['t1'], 0)).made).toEqual([]);
    const later = await ApiKeys.load(records, [], ['t1'], 0);
    expect(later.made).toHaveLength(1);
    expect(later.keys.holderOf(setting.key)).toBeUndefined();
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
