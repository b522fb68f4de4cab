/** A database server of one suite's own, which it may kill. Installed and started by tools/stack. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Service {
  readonly installedIn: string;
  missing(): string[];
  install(folder: string): void;
  /** Answers its address, the same for the same `dir`. */
  start(dir: string, folder: string): Promise<string>;
  healthy(address: string): Promise<boolean>;
}
interface Processes {
  pidOf(dir: string): number | undefined;
  stop(dir: string, signal?: NodeJS.Signals): Promise<void>;
  until(what: string, ms: number, check: () => boolean | Promise<boolean>): Promise<void>;
}

const root = new URL('../../../../', import.meta.url);
const tool = async (name: string): Promise<unknown> => import(new URL(`tools/stack/${name}`, root).href);

export class PrivateServer {
  private constructor(
    readonly uri: string,
    private readonly dir: string,
    private readonly folder: string,
    private readonly service: Service,
    private readonly processes: Processes,
  ) {}

  static async start(): Promise<PrivateServer> {
    const { mongodb: service } = (await tool('mongodb.mjs')) as { mongodb: Service };
    const missing = service.missing();
    if (missing.length > 0) throw new Error(`a server to kill needs ${missing.join(' and ')}`);
    const stack = process.env['STACK_DIR'] ?? fileURLToPath(new URL('.stack', root));
    const folder = join(stack, service.installedIn);
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, 'bin'))) service.install(folder);
    const dir = mkdtempSync(join(tmpdir(), 'assent-mongodb-'));
    const uri = await service.start(dir, folder);
    const server = new PrivateServer(uri, dir, folder, service, (await tool('processes.mjs')) as Processes);
    await server.answers();
    return server;
  }

  /** Ends it without warning. */
  kill(): Promise<void> {
    return this.processes.stop(this.dir, 'SIGKILL');
  }

  /** With the same data at the same address. */
  async again(): Promise<void> {
    await this.service.start(this.dir, this.folder);
    await this.answers();
  }

  /** Halts it where it is, with its connections open, or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.processes.pidOf(this.dir) as number, name);
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private answers(): Promise<void> {
    return this.processes.until('the database', 30_000, () => this.service.healthy(this.uri));
  }
}
