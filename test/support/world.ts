import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@assent/gateway';
import { Services } from './services.js';
import { start, type RunningApp } from './start.js';
import { storedInFiles, type Stored } from './stored.js';

export const TENANTS = ['assistanceweb', 'assistool', 'presentinfini', 'prestamicro', 'publisher'] as const;
export type Tenant = (typeof TENANTS)[number];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  json<T = Record<string, unknown>>(): T;
}

export interface WorldOptions {
  /** Starts with the test clock, standing at this instant. */
  readonly clock?: string;
  /** Files to add or replace under the policies folder, e.g. `presentinfini/integrations.yaml`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Of each service, on the distributed profile. */
  readonly replicas?: number;
}

/** `ASSENT_PROFILE=distributed`: six services on the stack of the tests. Otherwise one process on files. */
const isDistributed = (): boolean => process.env['ASSENT_PROFILE'] === 'distributed';
const begin = (env: NodeJS.ProcessEnv, root: string, replicas: number): Promise<RunningApp> =>
  isDistributed() ? Services.start(env, join(root, 'data', 'mails'), replicas) : start('standalone', env);

/** The product as its clients see it: one address, its keys, its clock and HTTP, on either profile. */
export class World {
  private constructor(
    private readonly root: string,
    private readonly env: NodeJS.ProcessEnv,
    private app: RunningApp,
  ) {}

  static async create({ clock, files = {}, env = {}, replicas }: WorldOptions = {}): Promise<World> {
    const root = mkdtempSync(join(tmpdir(), 'assent-world-'));
    cpSync(fileURLToPath(new URL('../../../policies', import.meta.url)), join(root, 'policies'), {
      recursive: true,
    });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, 'policies', path), text);
    const settings = {
      ASSENT_DATA_DIR: join(root, 'data'),
      ASSENT_POLICIES_DIR: join(root, 'policies'),
      ASSENT_API_KEYS: TENANTS.map((tenant) => `${tenant}=${World.key(tenant)}`).join(','),
      ...(clock !== undefined && { ASSENT_TEST_CLOCK: '1', NODE_ENV: 'test' }),
      ...env,
    };
    const count = replicas ?? Number(process.env['ASSENT_REPLICAS'] ?? 1);
    const world = new World(root, settings, await begin(settings, root, count));
    if (clock !== undefined) await world.setClock(clock);
    return world;
  }

  static key = (tenant: string): string => `test-key-of-${tenant}-0123456789abcdefghijklmnop`;

  get url(): string {
    return this.app.url;
  }
  get process(): RunningApp {
    return this.app;
  }
  /** The processes of the distributed profile. */
  get services(): Services {
    if (this.app instanceof Services) return this.app;
    throw new Error('this is one process: ASSENT_PROFILE is not distributed');
  }
  /** Where the routes of a service are answered: by each of its replicas, or by the one process. */
  urlsOf(service: ServiceName): string[] {
    if (!(this.app instanceof Services)) return [this.url];
    return (this.app.replicas.get(service) ?? []).map(({ url }) => url);
  }
  get dataDir(): string {
    return join(this.root, 'data');
  }

  /** Everything that is written down anywhere, but for mails: they are for their readers. */
  async stored(): Promise<Stored[]> {
    const files = storedInFiles(this.dataDir).filter(({ where }) => !/\/mails?\//.test(where));
    return this.app instanceof Services ? [...files, ...(await this.app.stored())] : files;
  }

  /** What is measured, by all processes. */
  async metrics(): Promise<string> {
    return this.app instanceof Services ? this.app.metrics() : (await this.call('GET', '/metrics')).text;
  }

  async call(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(path.startsWith('http') ? path : this.url + path, {
      redirect: 'manual',
      ...init,
      method,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: <T>() => JSON.parse(text) as T };
  }

  /** A call of a tool, with the tenant's API key. */
  post(tenant: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', path, {
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${World.key(tenant)}`,
        'content-type': 'application/json',
        ...headers,
      },
    });
  }

  get(tenant: string, path: string): Promise<Answer> {
    return this.call('GET', path, { headers: { authorization: `Bearer ${World.key(tenant)}` } });
  }

  /** As `post`, for steps that must succeed; fails with the problem otherwise. */
  async done(tenant: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await this.post(tenant, path, body);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer.json();
  }

  async setClock(now: string): Promise<void> {
    const answer = await this.call('POST', '/test/clock', {
      body: JSON.stringify({ now }),
      headers: { 'content-type': 'application/json' },
    });
    if (answer.status >= 300) throw new Error(`the test clock answered ${answer.status}: ${answer.text}`);
  }

  /** Replaces a file under the policies folder; it is read at the next start. */
  rewrite(path: string, text: string): void {
    writeFileSync(join(this.root, 'policies', path), text);
  }

  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.app instanceof Services) return this.app.restart(signal);
    await this.app.stop(signal);
    this.app = await start('standalone', this.env);
  }

  async end(): Promise<number | null> {
    const code = await (this.app instanceof Services ? this.app.end() : this.app.stop());
    rmSync(this.root, { recursive: true, force: true });
    return code;
  }
}
