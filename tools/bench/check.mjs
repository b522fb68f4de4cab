// E1 to E5: one address, a million addresses, and what they cost in memory.
import { address, mayBeContacted, shuffled } from './contacts.mjs';
import { closedLoop, post, postStream, steady } from './load.mjs';
import { CONTACTS, interleaved, numberOf, quantile, timed } from './measure.mjs';
import { baselineServer, KEY, productServer } from './servers.mjs';

const PERSONS = 2_000;
const json = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
const question = (email) => JSON.stringify({ subject: { email }, purpose: 'prospecting', channel: 'email' });
const perSecond = (ours, baseline) => ours / baseline;

async function both(work, load) {
  const [product, baseline] = [await productServer(), await baselineServer()];
  try {
    await baseline.ask({ load });
    return await work(product, baseline);
  } finally {
    await Promise.all([product.stop(), baseline.stop()]);
  }
}

/** Persons with all their records, by the doors; every third has given consent. */
export async function register({ port, ask }, count) {
  const all = Array.from({ length: count }, (_, index) => address(index));
  const persons = all.map((value) =>
    post(
      '/v1/subjects',
      JSON.stringify({
        addresses: [{ kind: 'email', value }],
        context: 'consumer',
        relationship: 'prospect',
      }),
      json,
    ),
  );
  await closedLoop({ port, connections: 64, requests: persons, check: (status) => status === 201 });
  const consents = all
    .filter((_, index) => mayBeContacted(index))
    .map((email) =>
      post(
        '/v1/consents',
        JSON.stringify({
          ...{ subject: { email }, purpose: 'prospecting', channels: ['email'], decision: 'given' },
          ...{ notice: 'prospecting@1', evidence: { method: 'form' } },
        }),
        json,
      ),
    );
  await closedLoop({ port, connections: 64, requests: consents, check: (status) => status === 201 });
  await ask({ settle: true });
}

async function loop(server, connections, requests, check) {
  const { result, ms, cpuMs, foreign } = await timed(server.pid, () =>
    closedLoop({ port: server.port, connections, requests, check }),
  );
  const units = requests.length;
  return {
    value: (units / ms) * 1000,
    cpuPerUnit: (cpuMs / units) * 1000,
    p50: quantile(result, 0.5),
    p99: quantile(result, 0.99),
    foreign,
  };
}

/** `first`: no answer was given before, so that each is made from the records. */
export const checkSingle = (first) => () =>
  both(async (product, baseline) => {
    await register(product, PERSONS);
    const order = first ? shuffled(PERSONS) : shuffled(PERSONS).concat(shuffled(PERSONS));
    const requests = (path) => order.map((index) => post(path, question(address(index)), json));
    const [theirs, ours] = [requests('/single'), requests('/v1/eligibility')];
    const right = (_, body, index) => body.includes(`"allowed":${mayBeContacted(order[index])}`);
    return interleaved({
      baseline: () => loop(baseline, 64, theirs, right),
      ours: async () => {
        if (first) await product.ask({ forget: true });
        return loop(product, 64, ours, right);
      },
      ratio: perSecond,
    });
  }, PERSONS);

const PIECE = 10_000;
const inPieces = (count, line) => {
  const order = shuffled(count);
  const parts = [];
  for (let from = 0; from < count; from += PIECE)
    parts.push(
      Buffer.from(
        order
          .slice(from, from + PIECE)
          .map(line)
          .join(''),
      ),
    );
  return { order, parts };
};
const ndjson = (index) => `{"email":"${address(index)}","n":${1_000_000 + index}}\n`;
const row = (index) => `${address(index)},c${index}\n`;

async function stream(server, count, path, type, parts, check) {
  const { result, ms, cpuMs, foreign } = await timed(server.pid, () =>
    postStream({ ...{ port: server.port, path, parts }, headers: { ...json, 'content-type': type } }),
  );
  check(result);
  return { value: (count / ms) * 1000, cpuPerUnit: (cpuMs / count) * 1e6, ms, foreign };
}

const BATCH = '/v1/eligibility/batch?purpose=prospecting&channel=email&answer=';
const NDJSON = 'application/x-ndjson';

const bitsOf = (order) => Buffer.from(order.map((index) => (mayBeContacted(index) ? 49 : 48)));
const same = (expected) => (told) => {
  if (!told.equals(expected)) throw new Error('an answer of the batch is wrong');
};

export const checkBatch = (count = CONTACTS) =>
  both(async (product, baseline) => {
    await product.ask({ load: count });
    const { order, parts } = inPieces(count, ndjson);
    const bodies = [];
    for (let from = 0; from < count; from += 1000)
      bodies.push(
        post(
          '/thousand',
          JSON.stringify(
            order.slice(from, from + 1000).map((index) => ({ email: address(index), n: index })),
          ),
          { 'content-type': 'application/json' },
        ),
      );
    const right = (status, body) => status === 200 && body.startsWith('[');
    return interleaved({
      baseline: async () => {
        const { value, cpuPerUnit, foreign } = await loop(baseline, 4, bodies, right);
        return { value: value * 1000, cpuPerUnit, foreign };
      },
      ours: () => stream(product, count, `${BATCH}bits`, NDJSON, parts, same(bitsOf(order))),
      ratio: perSecond,
    });
  }, count);

/** Requests per second, and for how many seconds. */
const RATE = numberOf('rate', 10_000);
const SECONDS = numberOf('seconds', 5);

/** How late single answers are while batches run one after the other. Beside a bare route that has nothing else to do. */
export const checkTail = (count = CONTACTS) =>
  both(async (product, baseline) => {
    await register(product, PERSONS);
    await product.ask({ load: count });
    const order = Array.from({ length: RATE * SECONDS }, (_, index) => (index * 7919) % PERSONS);
    const requests = (path) => order.map((index) => post(path, question(address(index)), json));
    const [theirs, ours] = [requests('/single'), requests('/v1/eligibility')];
    const audience = inPieces(count, ndjson);
    const expected = same(bitsOf(audience.order));
    const right = (_, body, index) => body.includes(`"allowed":${mayBeContacted(order[index])}`);
    const late = async (server, all) => {
      const { result, cpuMs, foreign } = await timed(server.pid, () =>
        steady({ port: server.port, connections: 64, requests: all, perSecond: RATE, check: right }),
      );
      const p99 = quantile(result, 0.99);
      return { value: p99, p50: quantile(result, 0.5), cpuPerUnit: (cpuMs / all.length) * 1000, foreign };
    };
    return interleaved({
      baseline: () => late(baseline, theirs),
      ours: async () => {
        let isOver = false;
        let batches = 0;
        const beside = (async () => {
          for (; !isOver; batches++)
            await stream(product, count, `${BATCH}bits`, NDJSON, audience.parts, expected);
        })();
        const run = await late(product, ours);
        isOver = true;
        await beside;
        return { ...run, batches };
      },
      ratio: perSecond,
    });
  }, PERSONS);

/** Against the naive stream. `form`: how the lines come; `answer`: what is answered. */
export const checkStream =
  (form, answer) =>
  (count = CONTACTS) =>
    both(async (product, baseline) => {
      await product.ask({ load: count });
      const lines = inPieces(count, ndjson);
      const ours = form === 'csv' ? inPieces(count, row) : lines;
      const parts = form === 'csv' ? [Buffer.from('email,id\n'), ...ours.parts] : ours.parts;
      const verdicts = () =>
        Buffer.from(
          ours.order.map((at, line) => `{"line":${line + 1},"allowed":${mayBeContacted(at)}}\n`).join(''),
        );
      const check = same(answer === 'bits' ? bitsOf(ours.order) : verdicts());
      const theirs = same(verdicts());
      return interleaved({
        baseline: () => stream(baseline, count, '/stream', NDJSON, lines.parts, theirs),
        ours: () =>
          stream(product, count, BATCH + answer, form === 'csv' ? 'text/csv' : NDJSON, parts, check),
        ratio: perSecond,
      });
    }, count);

/** Resident bytes per contact, both after a forced collection and less what the empty process takes. */
export async function memory(count = CONTACTS) {
  const raw = [];
  for (let pair = 0; pair < 3; pair++) {
    await both(async (product, baseline) => {
      const [empty, bare] = [await product.ask({ size: true }), await baseline.ask({ load: 0 })];
      const [full, map] = [
        await product.ask({ load: count, size: true }),
        await baseline.ask({ load: count }),
      ];
      raw.push({
        ours: { value: (full.rss - empty.rss) / count, table: full.bytes / count },
        baseline: { value: (map.rss - bare.rss) / count },
        ratio: (full.rss - empty.rss) / (map.rss - bare.rss),
      });
    }, 0);
  }
  const middle = (pick) => raw.map(pick).sort((a, b) => a - b)[1];
  return {
    ratio: middle(({ ratio }) => ratio),
    ours: middle(({ ours }) => ours.value),
    baseline: middle(({ baseline }) => baseline.value),
    raw,
  };
}
