import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LmdbEventLog } from './lmdb-event-log.js';
import { LmdbStore } from './lmdb-store.js';

const ROUNDS = 6;

describe('A process that is killed while it appends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-killed-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs the writer, kills it at a random moment; answers the lines of what it had acknowledged. */
  const killedAfter = async (enough: number): Promise<string[]> => {
    const writer = spawn(
      process.execPath,
      [fileURLToPath(new URL('./killed-writer.js', import.meta.url)), folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(writer, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: writer.stdout })) {
      lines.push(line);
      if (lines.length === enough) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 30);
    }
    expect((await ended)[1]).toBe('SIGKILL');
    return lines.filter((line) => /^\S+ \d+ \w{26}$/.test(line)); // the last one may be cut
  };

  it('finds every acknowledged event there, exactly once, when it is opened again', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      acknowledged.push(...(await killedAfter(40 + Math.floor(Math.random() * 400))));
      const store = LmdbStore.open(folder); // the lock that was left behind is no obstacle
      const log = new LmdbEventLog(store);
      const all = log.after(0, Number.MAX_SAFE_INTEGER);
      const stored = new Set(all.map(({ event: { stream, version, id } }) => `${stream} ${version} ${id}`));
      expect(stored.size).toBe(all.length);
      expect(acknowledged.filter((line) => !stored.has(line))).toEqual([]);
      expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
      for (const stream of new Set(all.map(({ event }) => event.stream))) {
        const events = await log.read(stream);
        expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
        expect(events.length % 2).toBe(0); // both events of an append or none
        expect(await log.head(stream)).toEqual({ version: events.length, state: { version: events.length } });
      }
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 40 - 1);
  }, 60_000);
});
