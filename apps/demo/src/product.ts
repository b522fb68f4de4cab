/** The product as a process of its own, with a test clock, and the calls that tools and people make. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Start {
  readonly tenant: string;
  readonly port: number;
  /** Text of the tenant's `integrations.yaml`. */
  readonly integrations: string;
  readonly env: Readonly<Record<string, string>>;
}

export class Product {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly key: string,
    readonly url: string,
  ) {}

  /** Starts with empty data in a folder of its own; rejects with what the product said when it cannot. */
  static async start({ tenant, port, integrations, env }: Start): Promise<Product> {
    const folder = mkdtempSync(join(tmpdir(), 'assent-demo-'));
    const policies = join(folder, 'policies');
    cpSync(join(root, 'policies'), policies, { recursive: true });
    writeFileSync(join(policies, tenant, 'integrations.yaml'), integrations);
    const key = randomBytes(24).toString('base64url');
    const child = spawn(process.execPath, [join(root, 'apps/standalone/dist/main.js')], {
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        ASSENT_DATA_DIR: join(folder, 'data'),
        ASSENT_POLICIES_DIR: policies,
        ASSENT_API_KEYS: `${tenant}=${key}`,
        ASSENT_TEST_CLOCK: '1',
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      await listening(child, url);
      return new Product(child, folder, key, url);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async post<T = Record<string, unknown>>(path: string, body: unknown): Promise<T> {
    const answer = await this.call('POST', path, 'application/json', JSON.stringify(body));
    return JSON.parse(answer) as T;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.call('GET', path)) as T;
  }

  /** A batch in one stream: lines in, lines out. */
  async lines(path: string, type: string, lines: readonly string[]): Promise<string[]> {
    const answer = await this.call('POST', path, type, `${lines.join('\n')}\n`);
    return answer.split('\n').filter((line) => line !== '');
  }

  /** What a person does in a browser or a mail program: no key, only the link. */
  async person(method: string, path: string, fields?: Readonly<Record<string, string>>): Promise<number> {
    const response = await fetch(new URL(path, this.url), {
      method,
      redirect: 'manual',
      headers: { 'user-agent': 'Mozilla/5.0 (demo)' },
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    await response.arrayBuffer();
    return response.status;
  }

  async page(path: string): Promise<string> {
    return (await fetch(new URL(path, this.url))).text();
  }

  /** Sets the time of every rule and lets happen what became due. */
  async clock(now: string): Promise<void> {
    await this.call('POST', '/test/clock', 'application/json', JSON.stringify({ now }));
  }

  async end(): Promise<void> {
    if (this.process.exitCode === null) {
      this.process.kill('SIGTERM');
      await once(this.process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async call(method: string, path: string, type?: string, body?: string): Promise<string> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(type !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

function listening(child: ChildProcess, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('exit', () => reject(new Error(`the product did not start:\n${said.join('\n')}`)));
    for (const pipe of [child.stdout, child.stderr]) {
      if (pipe === null) continue;
      createInterface(pipe).on('line', (line) => said.length < 50 && said.push(line));
    }
    const look = (): void => {
      if (child.exitCode !== null) return;
      fetch(new URL('/readyz', url)).then(
        (answer) => (answer.status === 200 ? resolve() : setTimeout(look, 50)),
        () => setTimeout(look, 50),
      );
    };
    look();
  });
}
