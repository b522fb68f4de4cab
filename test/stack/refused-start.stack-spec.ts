import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { addressOf } from '../support/stack.js';

const MAIN = fileURLToPath(new URL('../../../apps/opposition-list/dist/main.js', import.meta.url));
const NEWSLETTER = fileURLToPath(new URL('../../../apps/newsletter/dist/main.js', import.meta.url));
const CLI = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url));

const run = (program: string, env: NodeJS.ProcessEnv, ...args: string[]) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    const options = { env: { PATH: process.env['PATH'], PORT: '0', ...env }, timeout: 60_000 };
    execFile(process.execPath, [program, ...args], options, (error, _, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stderr.trim() }),
    );
  });

describe('The start of a service', () => {
  const name = `assent-${randomUUID().slice(0, 13)}`;
  const uri = (database: string) =>
    addressOf('mongodb').replace(/^(mongodb:\/\/[^/]+)\/?[^?]*/, `$1/${database}`);
  const settings = (over: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    ASSENT_STORE: 'mongodb',
    ASSENT_FEED: 'kafka',
    MONGODB_URI: uri(name),
    KAFKA_BROKERS: addressOf('kafka'),
    ASSENT_TOPIC_PREFIX: name,
    ASSENT_TOPIC_PARTITIONS: '1',
    ASSENT_TOPIC_REPLICATION: '1',
    ASSENT_SECRET: Buffer.alloc(32, 7).toString('base64'),
    ASSENT_POLICIES_DIR: POLICIES,
    ...over,
  });
  const refused = async (over: NodeJS.ProcessEnv, program = MAIN): Promise<string> => {
    const { code, text } = await run(program, settings(over));
    expect(code).toBe(1);
    expect(text).not.toMatch(/^ +at /m); // a sentence, no stack
    return text;
  };
  beforeAll(async () => {
    expect(await run(CLI, settings(), 'prepare')).toMatchObject({ code: 0 });
  });

  it('ends with a sentence and 1 when the database cannot be reached', async () =>
    expect(await refused({ MONGODB_URI: 'mongodb://127.0.0.1:1' })).toMatch(
      /^no MongoDB can be used at 127\.0\.0\.1:1, check MONGODB_URI/,
    ));

  it('when its indexes are missing', async () =>
    expect(await refused({ MONGODB_URI: uri(`${name}-other`) })).toMatch(
      /is not prepared, run `assent prepare`/,
    ));

  it('when no broker answers', async () =>
    expect(await refused({ KAFKA_BROKERS: '127.0.0.1:1' })).toBe(
      'no Kafka broker answers at 127.0.0.1:1 (KAFKA_BROKERS)',
    ));

  it('when topics are missing', async () =>
    expect(await refused({ ASSENT_TOPIC_PREFIX: `${name}-other` })).toMatch(
      /lacks the topics .*\.parked: run the deploy step/,
    ));

  it('when a setting is unknown, wrong, or missing, each named', async () => {
    const text = await refused({
      ASSENT_STORE: 'paper',
      ASSENT_SECRETS: 'x',
      ASSENT_TEST_CLOCK: 'maybe',
    });
    for (const fault of ['ASSENT_STORE must be', 'ASSENT_SECRETS is no setting', 'ASSENT_TEST_CLOCK must be'])
      expect(text).toContain(fault);
    expect(await refused({ ASSENT_SECRET: '' })).toContain('ASSENT_SECRET is needed');
    expect(await refused({ ASSENT_TEST_CLOCK: '1' })).toContain('NODE_ENV is test');
    expect(await refused({}, NEWSLETTER)).toContain('ASSENT_SMTP_URL is needed');
  });
});
