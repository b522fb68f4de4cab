// E9: what is due costs what is due. Prospects in the embedded store, woken by the timekeeper as the product wakes them:
// found, decided, appended durably, planned anew. No reactions: they are not what is compared.
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbAgenda, LmdbEventLog, LmdbStore } from '@assent/adapter-lmdb';
import { TestClock } from '@assent/kernel';
import { loadPolicies } from '@assent/policy';
import { ProspectWaker } from '@assent/prospect';
import { Timekeeper } from '@assent/runtime';
import { Prospects } from '../../libs/prospect/dist/prospects.service.js';
import { root } from '../workspace.mjs';
import { CONTACTS, interleaved, PAIRS, timed } from './measure.mjs';
import { TENANT } from './servers.mjs';

const DAY = 86_400_000;
const FIRST = Date.parse('2026-06-01T12:00:00Z');
/** One day for each measurement, and one to warm up each side of the pairs and their repetitions. */
const DAYS = 2 * (2 * PAIRS + 2);
const AT_ONCE = 1_000;

const silent = {
  follow: () => Promise.resolve(),
  status: () => [],
};

/** `count` prospects of whom nobody drops out within the bench, and `due` more who do on each of its days. */
async function filled(count, due) {
  const folder = mkdtempSync(join(tmpdir(), 'assent-bench-'));
  const store = LmdbStore.open(folder);
  const { policies } = loadPolicies({ dir: join(root, 'policies'), env: process.env, now: FIRST });
  const clock = new TestClock(FIRST);
  const [log, agenda] = [new LmdbEventLog(store), new LmdbAgenda(store)];
  const waker = new ProspectWaker(log, new Prospects(log, undefined, policies, clock), policies, clock);
  const db = (name) => store.db(name);
  const [events, streams, heads, rows, byTime] = ['events', 'streams', 'heads', 'agenda', 'agenda-due'].map(
    db,
  );
  const names = [];
  const rules = policies.at(TENANT, FIRST).prospect;
  let position = 0;
  const add = (collected) => {
    const stream = `prospect/${TENANT}/sub_${String(names.length).padStart(26, '0')}`;
    const fact = { type: 'ProspectRegistered', at: collected, relationship: 'prospect' };
    const id = `${names.length}`;
    const stamp = { id, tenant: TENANT, at: collected, recordedAt: collected, policy: `${TENANT}@1` };
    const event = {
      ...stamp,
      actor: 'bench',
      causedBy: null,
      commandId: null,
      fact,
      state: {},
      stream,
      version: 1,
    };
    const at = rules.inactivityEndsAt({ collection: collected });
    void events.put((position += 1), event);
    void streams.put([stream, 1], position);
    void heads.put(stream, { version: 1, state: { facts: [{ ...fact, id, recordedAt: collected }] } });
    void rows.put(stream, { version: 1, at });
    void byTime.put([at, stream], 1);
    names.push(stream);
  };
  // In the year before: everybody drops out one year after the collection.
  const collections = [
    ...Array.from({ length: DAYS }, (_, day) => [FIRST - 365 * DAY + day * DAY, due]),
    [FIRST - 30 * DAY, count],
  ];
  for (const [collected, many] of collections)
    for (let at = 0; at < many; at += AT_ONCE)
      await store.commit(() => {
        for (let one = at; one < Math.min(many, at + AT_ONCE); one++) add(collected);
      });
  const report = (message, error) => {
    throw error ?? new Error(message);
  };
  const keeper = new Timekeeper(agenda, silent, clock, policies, [waker], report);
  let day = 0;
  return {
    /** The next day's. */
    async run(expected) {
      clock.set(FIRST + day++ * DAY + DAY / 2);
      const { result, ms, cpuMs, foreign } = await timed(process.pid, () => keeper.runDue());
      if (result !== expected) throw new Error(`${result} were due, not ${expected}`);
      return { value: ms, cpuPerUnit: (cpuMs / expected) * 1000, foreign };
    },
    /** The same without an agenda: whoever exists is asked. */
    async scan(expected) {
      const now = FIRST + day++ * DAY + DAY / 2;
      clock.set(now);
      let woken = 0;
      const { ms, cpuMs, foreign } = await timed(process.pid, async () => {
        let due = [];
        const wake = async () => {
          const one = async (stream) => {
            const { version, wakeAt } = await waker.wake(stream, now);
            await agenda.plan(stream, version, wakeAt);
          };
          await Promise.all(due.map(one));
          due = [];
        };
        for (const stream of names) {
          const { wakeAt } = await waker.wakeAt(stream);
          if (wakeAt === 'never' || wakeAt > now) continue;
          woken += 1;
          if (due.push(stream) === 16) await wake();
        }
        await wake();
      });
      if (woken !== expected) throw new Error(`${woken} were due, not ${expected}`);
      return { value: ms, cpuPerUnit: (cpuMs / expected) * 1000, foreign };
    },
    async end() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ratio = (ours, theirs) => ours / theirs;

async function compared(ours, baseline, [one, other]) {
  try {
    return await interleaved({ ours: () => ours(one), baseline: () => baseline(other), ratio });
  } finally {
    await Promise.all([...new Set([one, other])].map((each) => each.end()));
  }
}

/** Of `count`, and of a tenth; a hundredth of the tenth is due. */
const sizes = (count) => ({ most: count, few: count / 10, due: Math.max(10, count / 1000) });

export async function retention(count = CONTACTS) {
  const { most, few, due } = sizes(count);
  const run = (all) => all.run(due);
  return compared(run, run, [await filled(most, due), await filled(few, due)]);
}

export async function retentionTwice(count = CONTACTS) {
  const { few, due } = sizes(count);
  return compared(
    (all) => all.run(2 * due),
    (all) => all.run(due),
    [await filled(few, 2 * due), await filled(few, due)],
  );
}

export async function retentionScan(count = CONTACTS) {
  const { few, due } = sizes(count);
  const all = await filled(few, due);
  return compared(
    () => all.run(due),
    () => all.scan(due),
    [all, all],
  );
}
