// E11: the index of verdicts built from the log, as at every start, in this process.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { consent } from '@assent/consent';
import { IndexKeeper, VerdictIndex } from '@assent/eligibility';
import { createLogger, readConfig } from '@assent/http';
import { streamOf } from '@assent/kernel';
import { EventLog, handle, Subjects, TraversableLog } from '@assent/ports';
import { assemble } from '@assent/profile';
import { STANDALONE } from '../../apps/standalone/dist/service.js';
import { address, mayBeContacted } from './contacts.mjs';
import { interleaved, numberOf, timed } from './measure.mjs';
import { KEY, policiesDir, TENANT } from './servers.mjs';

const PERSONS = numberOf('persons', 20_000);
const AT_ONCE = 64;
const PAGE = 1000;

/** Persons registered by the concept itself, every third with a consent. The app reacts to nothing: it does not run. */
async function registered(app) {
  const subjects = app.get(Subjects, { strict: false });
  const log = app.get(EventLog, { strict: false });
  const at = Date.now() - 86_400_000;
  const by = { actor: 'key:bench' };
  const collected = { collectedAt: at, dated: true, own: true, informed: true, declined: [] };
  const person = { context: 'consumer', relationship: 'prospect', locale: null, source: null, notice: null };
  let next = 0;
  const one = async () => {
    while (next < PERSONS) {
      const index = next++;
      const addresses = [{ kind: 'email', value: address(index) }];
      const { subjectId } = await subjects.record(TENANT, { addresses, ...person, ...collected }, by);
      if (!mayBeContacted(index)) continue;
      const evidence = { id: 'ev_0', digest: 'd', method: 'form', confirmedAt: null };
      const command = {
        ...{
          type: 'give',
          at,
          purpose: 'prospecting',
          channels: ['email'],
          notice: { id: 'prospecting', version: 1, digest: 'd' },
        },
        ...{ evidence, confirmedAt: null, objections: { list: [], undone: [] }, toldLate: false },
      };
      const rules = {};
      const origin = { ...by, policy: `${TENANT}@1`, recordedAt: at };
      await handle(log, streamOf('consent', TENANT, subjectId), consent, command, rules, origin);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** Every address with its word, in the order of the keys. */
function digestOf(index) {
  const lines = [];
  for (const [tenant, table] of index.tables)
    for (let from = 0; from !== undefined;) {
      const { keys, next } = table.due(Infinity, from);
      for (const key of keys) lines.push(`${tenant} ${key} ${table.get(key)}`);
      from = next;
    }
  return { count: lines.length, sum: createHash('sha256').update(lines.sort().join('\n')).digest('hex') };
}

export async function rebuild() {
  const folder = mkdtempSync(join(tmpdir(), 'assent-rebuild-'));
  const env = {
    ASSENT_DATA_DIR: folder,
    ASSENT_POLICIES_DIR: policiesDir,
    ASSENT_API_KEYS: `${TENANT}=${KEY}`,
  };
  const { app } = await assemble(STANDALONE, readConfig(env), createLogger('silent'));
  await app.init();
  const served = app.get(VerdictIndex, { strict: false });
  const log = app.get(TraversableLog, { strict: false });
  const build = async (index) => {
    const keeper = new IndexKeeper(index, log, served.clock);
    await keeper.look();
    await keeper.stop();
    if (!index.isComplete) throw new Error('the index could not be built');
    return index;
  };
  try {
    // The one that was told of every write while it was made is what the others are compared with.
    await build(served);
    await registered(app);
    while (served.size().waiting > 0) await sleep(20);
    await served.idle();
    const truth = digestOf(served);
    if (truth.count !== PERSONS) throw new Error(`${truth.count} addresses instead of ${PERSONS}`);

    const file = join(folder, 'events.ndjson');
    const out = createWriteStream(file);
    let events = 0;
    for (let place, more = true; more;) {
      const { appended, next } = await log.changes(place, PAGE);
      for (const { stream, first } of appended) {
        const event = (await log.read(stream))[first - 1];
        events += 1;
        if (!out.write(`${JSON.stringify(event)}\n`)) await once(out, 'drain');
      }
      more = appended.length > 0;
      place = next;
    }
    out.end();
    await once(out, 'finish');

    const run = async (work) => {
      const { ms, cpuMs, foreign } = await timed(process.pid, work);
      return { value: (events / ms) * 1000, cpuPerUnit: (cpuMs / events) * 1e3, foreign, ms };
    };
    const parts = ['log', 'people', 'standings', 'policies', 'keyring', 'clock'];
    const result = await interleaved({
      baseline: () =>
        run(async () => {
          const states = new Map();
          for await (const line of createInterface({ input: createReadStream(file) })) {
            const { stream, state } = JSON.parse(line);
            states.set(stream, state);
          }
        }),
      ours: () =>
        run(async () => {
          const made = await build(new VerdictIndex(...parts.map((part) => served[part])));
          const { sum } = digestOf(made);
          if (sum !== truth.sum) throw new Error('the index that was built anew says something else');
        }),
      ratio: (ours, theirs) => ours / theirs,
    });
    console.log(
      `${PERSONS} addresses from ${events} events in ${Math.round((events / result.ours) * 1000)} ms`,
    );
    return { ...result, persons: PERSONS, events };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
