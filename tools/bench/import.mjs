// E10: contacts by the door of imports, against the same rows parsed and put into the same kind of store, raw.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { open } from 'lmdb';
import { address } from './contacts.mjs';
import { postStream } from './load.mjs';
import { CONTACTS, median, PAIRS, timed } from './measure.mjs';
import { KEY, productServer } from './servers.mjs';

const PIECE = 1_000;
const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/x-ndjson' };

const line = (index) =>
  JSON.stringify({
    addresses: [{ kind: 'email', value: address(index) }],
    collectedAt: '2026-05-02',
    evidence: { method: 'form', documentRef: `scan-${index}`, note: 'Asked at the stand, box left empty.' },
    consents: [{ purpose: 'prospecting', channels: ['email'] }],
  });

function* pieces(from, count) {
  for (let at = from; at < from + count; at += PIECE)
    yield Buffer.from(
      Array.from({ length: Math.min(PIECE, from + count - at) }, (_, index) => `${line(at + index)}\n`).join(
        '',
      ),
    );
}

/** Without the pages of the store that the system keeps in memory as long as nobody needs it. */
const rssOf = (pid) =>
  Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

async function send(product, from, count, expected) {
  const parts = [...pieces(from, count)];
  const run = () =>
    postStream({ port: product.port, path: `/v1/imports/imp_bench-from-${from}`, headers, parts });
  const { result, ms, cpuMs, foreign } = await timed(product.pid, run);
  const told = result.toString('latin1').split('\n').slice(0, -1);
  const wrong = told.filter((one) => !one.includes(`"outcome":"${expected}"`));
  if (told.length !== count || wrong.length > 0) throw new Error(`${told.length} answers: ${wrong[0]}`);
  return { value: (count / ms) * 1000, ms, cpuPerUnit: (cpuMs / count) * 1000, foreign };
}

/** The rows by their address in batches, each durable before the next, as `LmdbStore` opens its environment. */
async function raw(from, count) {
  const folder = mkdtempSync(join(tmpdir(), 'assent-baseline-'));
  const root = open({ path: folder, noSubdir: false, mapSize: 1 << 30 });
  const parts = [...pieces(from, count)];
  try {
    const work = async () => {
      for (const part of parts) {
        void root.transaction(() => {
          for (const text of part.toString().split('\n')) {
            if (text === '') continue;
            const row = JSON.parse(text);
            void root.put(row.addresses[0].value, row);
          }
        });
        await root.flushed;
      }
    };
    const { ms, cpuMs, foreign } = await timed(process.pid, work);
    return { value: (count / ms) * 1000, ms, cpuPerUnit: (cpuMs / count) * 1000, foreign };
  } finally {
    await root.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `count` contacts a pair, each of them new; then the same file again. */
async function pairs(count, pick) {
  const product = await productServer();
  try {
    await product.ask({ settle: true });
    const all = [];
    for (let pair = -1; pair < PAIRS; pair++) {
      const from = (pair + 1) * count;
      const baseline = await raw(from, count);
      const first = await send(product, from, count, 'new');
      await product.ask({ settle: true }); // what follows from it has its turn before the next is timed
      const again = await send(product, from, count, 'unchanged');
      if (pair >= 0) all.push({ baseline, first, again, rss: rssOf(product.pid) });
    }
    const rows = all.map(({ baseline, first, again, rss }) => ({
      ...(pick === 'again'
        ? {
            ours: { ...again, value: again.ms },
            baseline: { ...first, value: first.ms },
            ratio: again.ms / first.ms,
          }
        : { ours: first, baseline, ratio: first.value / baseline.value }),
      rss,
      busy: Math.max(baseline.foreign, first.foreign, again.foreign) > 0.1,
    }));
    const of = (what) => median(rows.map(what));
    return {
      ratio: of(({ ratio }) => ratio),
      ours: of(({ ours }) => ours.value),
      baseline: of(({ baseline }) => baseline.value),
      oursCpu: of(({ ours }) => ours.cpuPerUnit),
      baselineCpu: of(({ baseline }) => baseline.cpuPerUnit),
      rssMiB: Math.round(Math.max(...rows.map(({ rss }) => rss)) / 2 ** 20),
      busyPairs: rows.filter(({ busy }) => busy).length,
      raw: rows,
      contacts: count,
    };
  } finally {
    await product.stop();
  }
}

export const importFile = (count = CONTACTS) => pairs(count, 'first');
export const importAgain = (count = CONTACTS) => pairs(count, 'again');
