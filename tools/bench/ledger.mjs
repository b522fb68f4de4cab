// E6: the log itself, in this process: many appenders, each waiting until its event is on disk before the next.
import { fdatasync, mkdtempSync, openSync, rmSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LmdbEventLog, LmdbStore } from '@assent/adapter-lmdb';
import { ulid } from '@assent/kernel';
import { interleaved, numberOf, timed } from './measure.mjs';

/** Appenders at once, and how often each appends in one run. */
const APPENDERS = numberOf('appenders', 256);
const EACH = numberOf('each', 40);

/** 300 bytes as JSON. */
const event = (at) => {
  const bare = {
    ...{ id: ulid(at), tenant: 'presentinfini', at, recordedAt: at, policy: 'presentinfini@1' },
    ...{ actor: 'person', causedBy: null, commandId: null, state: { n: 1 } },
    fact: { type: 'ObjectionRecorded', at, scope: { purpose: 'prospecting', channel: 'email' }, text: '' },
  };
  bare.fact.text = 'x'.repeat(Math.max(0, 300 - JSON.stringify(bare).length));
  return bare;
};

/** A group commit and nothing else: one write and one sync for all that came meanwhile. */
function rawLog(folder) {
  const file = openSync(join(folder, 'raw'), 'a');
  let waiting = [];
  let isWriting = false;
  const commit = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await promisify(write)(file, Buffer.concat(group.map(({ bytes }) => bytes)));
      await promisify(fdatasync)(file);
      for (const { resolve } of group) resolve();
    }
    isWriting = false;
  };
  const bytes = Buffer.alloc(300, 'x');
  return () =>
    new Promise((resolve) => {
      waiting.push({ bytes, resolve });
      if (!isWriting) void commit();
    });
}

async function run(append) {
  const { ms, cpuMs, foreign } = await timed(process.pid, () =>
    Promise.all(
      Array.from({ length: APPENDERS }, async (_, appender) => {
        for (let n = 0; n < EACH; n++) await append(appender);
      }),
    ),
  );
  const count = APPENDERS * EACH;
  return { value: (count / ms) * 1000, cpuPerUnit: (cpuMs / count) * 1000, foreign };
}

export async function ledger() {
  const folder = mkdtempSync(join(tmpdir(), 'assent-ledger-'));
  const store = LmdbStore.open(join(folder, 'store'));
  const log = new LmdbEventLog(store);
  const raw = rawLog(folder);
  const versions = new Array(APPENDERS).fill(0);
  try {
    const result = await interleaved({
      baseline: () => run(raw),
      ours: () =>
        run(async (appender) => {
          const version = versions[appender]++;
          await log.append(`opposition/presentinfini/${appender}`, version, [event(Date.now())], { version });
        }),
      ratio: (ours, theirs) => ours / theirs,
    });
    const stored = log.last();
    const appended = versions.reduce((all, version) => all + version, 0);
    if (stored !== appended) throw new Error(`${appended} events were acknowledged, ${stored} are there`);
    return result;
  } finally {
    await sleep(100); // the store ends its last reading a moment later
    await store.close();
    rmSync(folder, { recursive: true });
  }
}
