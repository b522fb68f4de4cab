// P1, E6, E7: writes that are durable before they are answered.
import { address } from './contacts.mjs';
import { register } from './check.mjs';
import { closedLoop, post } from './load.mjs';
import { interleaved, PAIRS, quantile, timed } from './measure.mjs';
import { baselineServer, KEY, productServer } from './servers.mjs';

const json = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const CLICK = 'List-Unsubscribe=One-Click';

async function loop(server, connections, requests) {
  const { result, ms, cpuMs, foreign } = await timed(server.pid, () =>
    closedLoop({ port: server.port, connections, requests }),
  );
  const units = requests.length;
  return {
    perSecond: (units / ms) * 1000,
    cpuPerUnit: (cpuMs / units) * 1000,
    p50: quantile(result, 0.5),
    p99: quantile(result, 0.99),
    foreign,
  };
}

/** Signed links of registered persons, one each: every click of the bench records an objection. */
async function links(product, count) {
  await register(product, count);
  const all = [];
  const requests = Array.from({ length: count }, (_, index) => {
    const subject = { email: address(index) };
    return post('/v1/links', JSON.stringify({ subject, purpose: 'prospecting', channel: 'email' }), json);
  });
  const keep = (status, body, index) => {
    if (status === 200) all[index] = new URL(JSON.parse(body).unsubscribe).pathname;
    return status === 200;
  };
  await closedLoop({ port: product.port, connections: 16, requests, check: keep });
  return all;
}

/** `path` of the baseline: what the same request costs there. `by`: the figure that is compared. */
const click =
  ({ connections, each, path, by }) =>
  async () => {
    const [product, baseline] = [await productServer(), await baselineServer()];
    try {
      const left = await links(product, each * (2 * PAIRS + 2));
      const value = (run) => ({ ...run, value: run[by] });
      return await interleaved({
        ours: async () => {
          const some = left.splice(0, each).map((to) => post(to, CLICK, form));
          return value(await loop(product, connections, some));
        },
        baseline: async () => {
          const some = Array.from({ length: each }, () => post(path, '{}', json));
          return value(await loop(baseline, connections, some));
        },
        ratio: (ours, theirs) => ours / theirs,
      });
    } finally {
      await Promise.all([product.stop(), baseline.stop()]);
    }
  };

export const oneClickAlone = click({ connections: 1, each: 60, path: '/durable', by: 'p50' });
export const oneClickCrowd = click({ connections: 64, each: 192, path: '/durable', by: 'perSecond' });
export const ledgerHttp = click({ connections: 64, each: 192, path: '/nothing', by: 'perSecond' });
