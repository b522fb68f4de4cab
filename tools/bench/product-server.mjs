// The product as `npm start` runs it, with doors for the bench: verdicts of many contacts at once, the wait until all that
// was written has had its effects, and answers that are forgotten.
import 'reflect-metadata';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { createLogger, readConfig } from '@assent/http';
import { VerdictIndex } from '@assent/eligibility';
import { EventFeed, Keyring } from '@assent/ports';
import { assemble } from '@assent/profile';
import { STANDALONE } from '../../apps/standalone/dist/service.js';
import { address, mayBeContacted } from './contacts.mjs';
import { TENANT } from './servers.mjs';

const { app, run } = await assemble(STANDALONE, readConfig(), createLogger('fatal'));
await app.listen(0, '127.0.0.1');
await run();
const index = app.get(VerdictIndex, { strict: false });
const keyring = app.get(Keyring, { strict: false });

const PROSPECTING = 1n << 1n; // the place of the pair in the policy
const WORD = (1n << 44n) | (0xffffn << 48n);

process.on('message', async ({ load, settle, size, forget }) => {
  if (forget) index.answers.forgetAll();
  if (load) {
    const table = index.tableOf(TENANT);
    for (let at = 0; at < load; at++) {
      const key = keyring.addressKey(TENANT, { kind: 'email', value: address(at) });
      table.set(key, WORD | (mayBeContacted(at) ? PROSPECTING : 0n));
      if (at % 10_000 === 0) await turn();
    }
  }
  if (settle) {
    while (!index.isComplete) await sleep(20);
    await index.idle();
    await app.get(EventFeed, { strict: false }).idle();
  }
  globalThis.gc?.();
  process.send({ rss: process.memoryUsage().rss, ...(size && index.size()) });
});
process.send({ port: Number(new URL(await app.getUrl()).port) });
