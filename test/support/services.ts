import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGateway, SERVICES, type ServiceName } from '@assent/gateway';
import mongoose from 'mongoose';
import { MailServer } from './mail-server.js';
import { addressOf } from './stack.js';
import { storedInDatabase, storedInTopics, type Stored } from './stored.js';
import { start, type RunningApp } from './start.js';

const CLI = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const SECRET = Buffer.alloc(32, 7).toString('base64');

/**
 * The product as six services on the Kafka and MongoDB of the tests: topics and a database of its own, a mail server, and
 * the gateway on one port. To its clients, one application.
 */
export class Services implements RunningApp {
  /** Several of each, by service. What is killed is taken out. */
  readonly replicas = new Map<ServiceName, RunningApp[]>();
  readonly lines: string[] = [];
  readonly pid = process.pid;
  startedInMs = 0;
  private readonly upstreams = Object.fromEntries(SERVICES.map((name) => [name, [] as string[]])) as Record<
    ServiceName,
    string[]
  >;
  private gateway: Server | undefined;

  private constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly mails: MailServer,
    private readonly database: string,
    private readonly count: number,
  ) {}

  /** Runs the deploy step and starts `replicas` of each service; resolves when all are ready. */
  static async start(env: NodeJS.ProcessEnv, mailFolder: string, replicas = 1): Promise<Services> {
    const name = `assent-${randomUUID().slice(0, 13)}`;
    const mails = await MailServer.start(mailFolder);
    const database = databaseNamed(name);
    const settings: NodeJS.ProcessEnv = {
      PATH: process.env['PATH'],
      ASSENT_STORE: 'mongodb',
      ASSENT_FEED: 'kafka',
      MONGODB_URI: database,
      KAFKA_BROKERS: addressOf('kafka'),
      ASSENT_TOPIC_PREFIX: name,
      ASSENT_TOPIC_PARTITIONS: '2',
      ASSENT_TOPIC_REPLICATION: '1',
      ASSENT_SECRET: SECRET,
      ASSENT_SMTP_URL: mails.url,
      ASSENT_MAIL_FROM: 'no-reply@example.org',
      ASSENT_TRUST_PROXY: '1',
      ...env,
    };
    const services = new Services(settings, mails, database, replicas);
    try {
      await services.prepare();
      await services.listen();
      await services.startAll();
      return services;
    } catch (error) {
      await services.end();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${(this.gateway?.address() as AddressInfo).port}`;
  }

  /** The first word of its topics. */
  get topicPrefix(): string {
    return String(this.env['ASSENT_TOPIC_PREFIX']);
  }

  /** What is in its database and its topics. */
  async stored(): Promise<Stored[]> {
    const inTopics = await storedInTopics(addressOf('kafka'), this.topicPrefix);
    return [...(await storedInDatabase(this.database)), ...inTopics];
  }

  /** What each of its processes measures. */
  async metrics(): Promise<string> {
    const all = [...this.replicas.values()].flat();
    const texts = await Promise.all(all.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    return texts.join('\n');
  }

  private async prepare(): Promise<void> {
    const run = promisify(execFile)(process.execPath, [CLI, 'prepare'], { env: this.env });
    const { stdout } = await run.catch((error: unknown) => {
      throw new Error(`the deploy step failed: ${(error as { stderr?: string }).stderr ?? String(error)}`);
    });
    this.lines.push(...stdout.split('\n'));
  }

  private async listen(): Promise<void> {
    const gateway = createGateway(this.upstreams, { testClock: this.env['ASSENT_TEST_CLOCK'] === '1' });
    this.gateway = gateway;
    gateway.listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    this.env['ASSENT_PUBLIC_URL'] ??= this.url;
  }

  private async startAll(): Promise<void> {
    const began = performance.now();
    const each = Array.from({ length: this.count }, () => SERVICES).flat();
    await Promise.all(each.map((name) => this.add(name)));
    this.startedInMs = performance.now() - began;
  }

  /** Starts one more of the service; resolves when it is ready. */
  async add(name: ServiceName): Promise<RunningApp> {
    const app = await start(name, this.env, this.lines);
    for (;;) {
      const response = await fetch(`${app.url}/readyz`);
      if (response.ok) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.replicas.set(name, [...(this.replicas.get(name) ?? []), app]);
    this.upstreams[name].push(app.url);
    return app;
  }

  /** Ends the oldest replica of a service. Killed without a word, the gateway learns of it by trying. */
  async remove(name: ServiceName, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const [app, ...others] = this.replicas.get(name) ?? [];
    if (app === undefined) throw new Error(`no ${name} is running`);
    this.replicas.set(name, others);
    const code = await app.stop(signal);
    this.upstreams[name].splice(this.upstreams[name].indexOf(app.url), 1);
    return code;
  }

  /** Ends all at the same moment; answers 0 when each ended with it. The gateway, topics and database stay. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const running = SERVICES.flatMap((name) => (this.replicas.get(name) ?? []).map(() => name));
    const codes = await Promise.all(running.map((name) => this.remove(name, signal)));
    return codes.find((code) => code !== 0) ?? 0;
  }

  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    await this.startAll();
  }

  /** Leaves nothing behind but empty topics. */
  async end(): Promise<number | null> {
    const code = await this.stop();
    this.gateway?.close();
    this.gateway?.closeAllConnections();
    await this.mails.stop();
    const connection = await mongoose.createConnection(this.database).asPromise();
    await connection.dropDatabase();
    await connection.close();
    return code;
  }
}

/** The test server's address with another database in it. */
function databaseNamed(name: string): string {
  const [, server = '', query = ''] =
    /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(addressOf('mongodb')) ?? [];
  return `${server}/${name}${query}`;
}
