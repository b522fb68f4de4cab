// What an idiomatic server does with the same questions: Fastify, JSON, a Map.
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { fdatasync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { address, mayBeContacted } from './contacts.mjs';

const contacts = new Map();
const app = Fastify({ bodyLimit: 1 << 22 });
const email = { type: 'string', maxLength: 254 };
const allowed = { type: 'object', properties: { allowed: { type: 'boolean' } } };

app.post(
  '/single',
  {
    schema: {
      body: {
        type: 'object',
        required: ['subject', 'purpose', 'channel'],
        properties: {
          subject: { type: 'object', properties: { email } },
          purpose: { type: 'string' },
          channel: { type: 'string' },
        },
      },
      response: { 200: allowed },
    },
  },
  async ({ body }) => ({ allowed: contacts.get(body.subject.email.toLowerCase()) === 1 }),
);
app.post(
  '/thousand',
  {
    schema: {
      body: { type: 'array', items: { type: 'object', properties: { email } } },
      response: { 200: { type: 'array', items: { type: 'boolean' } } },
    },
  },
  async ({ body }) => body.map((one) => contacts.get(one.email.toLowerCase()) === 1),
);
app.post('/nothing', async (_, reply) => reply.send());

app.addContentTypeParser('application/x-ndjson', (_, payload, done) => done(null, payload));
app.post('/stream', async ({ body }, reply) => {
  let line = 0;
  async function* answers() {
    let rest = '';
    for await (const chunk of body) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      yield lines.map(answer).join('');
    }
    if (rest !== '') yield answer(rest);
  }
  const answer = (text) => {
    const known = contacts.get(JSON.parse(text).email.toLowerCase()) === 1;
    return `${JSON.stringify({ line: ++line, allowed: known })}\n`;
  };
  body.setEncoding('utf8');
  return reply.type('application/x-ndjson').send(Readable.from(answers(), { objectMode: false }));
});

// A raw group commit: 300 bytes per request, one write and one sync for all that came meanwhile, then the answers.
const folder = mkdtempSync(join(tmpdir(), 'assent-baseline-'));
const file = openSync(join(folder, 'log'), 'a');
const event = Buffer.alloc(300, 'x');
let waiting = [];
let writing = false;
async function commit() {
  writing = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    await promisify(write)(file, Buffer.concat(group.map(() => event)));
    await promisify(fdatasync)(file);
    for (const resolve of group) resolve();
  }
  writing = false;
}
app.post('/durable', async (_, reply) => {
  await new Promise((resolve) => {
    waiting.push(resolve);
    if (!writing) void commit();
  });
  return reply.send();
});

process.on('message', ({ load }) => {
  for (let index = 0; index < load; index++) contacts.set(address(index), mayBeContacted(index) ? 1 : 0);
  globalThis.gc?.();
  process.send({ rss: process.memoryUsage().rss });
});
process.on('SIGTERM', () => {
  rmSync(folder, { recursive: true });
  process.exit(0);
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
