// E8: how long a stop takes to be obeyed elsewhere, with six services on the Kafka and MongoDB of `npm run stack`.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { median, PAIRS, quantile, timed } from './measure.mjs';
import { KEY, TENANT } from './servers.mjs';

/** `--clicks=N`: unsubscribes in all, spread over the pairs. */
const CLICKS = Number(/^--clicks=(\d+)$/m.exec(process.argv.join('\n'))?.[1] ?? 1_000);
const GROUPS = 8;
const LIST = 'news1';
const ASKED_EVERY_MS = 2;
const LONGEST_MS = 60_000;

const INTEGRATIONS = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: ${LIST} } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
`;

async function call(method, url, body) {
  const response = await globalThis.fetch(url, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Milliseconds since `began` at which `ask` first answered yes. */
async function when(began, ask, everyMs = ASKED_EVERY_MS) {
  while (!(await ask())) {
    if (performance.now() > began + LONGEST_MS)
      throw new Error(`nothing after ${LONGEST_MS / 1000} s: ${ask}`);
    await sleep(everyMs);
  }
  return performance.now() - began;
}

async function product() {
  process.env.ASSENT_PROFILE = 'distributed';
  const { World } = await import('../../test/dist/support/world.js');
  const { FakeMailchimp } = await import('@assent/integration-mailchimp');
  const mailchimp = new FakeMailchimp(LIST);
  await mailchimp.start();
  const world = await World.create({
    replicas: 2,
    files: { [`${TENANT}/integrations.yaml`]: INTEGRATIONS },
    env: {
      ...{ ASSENT_API_KEYS: `${TENANT}=${KEY}`, ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
      ...{ MAILCHIMP_API_KEY: mailchimp.apiKey, MAILCHIMP_URL: mailchimp.url },
    },
  });
  const deniers = world.services.replicas.get('preferences').map(({ url }) => url);

  /** Subscribers whom Mailchimp would mail, each with the link to leave. */
  async function subscribers(count) {
    const people = [];
    for (let index = 0; index < count; index++) people.push(await subscriber());
    for (const { subjectId } of people) await verified(subjectId); // the yes is there before the no
    return people;
  }

  async function subscriber() {
    const email = `${randomUUID()}@example.org`;
    const subject = { email };
    mailchimp.seed(LIST, email);
    const { subjectId } = await call('POST', `${world.url}/v1/consents`, {
      ...{ subject, purpose: 'newsletter', channels: ['email'], decision: 'given', notice: 'newsletter@1' },
      evidence: { method: 'form', confirmedAt: new Date().toISOString() },
    });
    const question = { subject, purpose: 'newsletter', channel: 'email' };
    const { unsubscribe } = await call('POST', `${world.url}/v1/links`, question);
    return { email, subjectId, question, path: new URL(unsubscribe).pathname };
  }

  /** Epoch milliseconds at which the last of what is owed to the tool was read back there. */
  async function verified(subjectId) {
    let items = [];
    await when(
      performance.now(),
      async () => {
        ({ items } = await call('GET', `${world.url}/v1/deliveries?subject=${subjectId}`));
        return items.length > 0 && items.every(({ state }) => state === 'verified');
      },
      100,
    );
    return Math.max(...items.map(({ verifiedAt }) => Date.parse(verifiedAt)));
  }

  async function click({ email, question, path }) {
    const [began, at] = [performance.now(), Date.now()];
    const answer = await globalThis.fetch(world.url + path, {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
    });
    if (answer.status !== 200) throw new Error(`the click was answered ${answer.status}`);
    const answered = performance.now() - began;
    const denied = deniers.map((url) =>
      when(began, async () => !(await call('POST', `${url}/v1/eligibility`, question)).allowed),
    );
    const silent = when(began, () => mailchimp.member(LIST, email)?.status !== 'subscribed');
    return { at, answered, denied: Math.max(...(await Promise.all(denied))), silent: await silent };
  }
  return {
    click,
    subscribers,
    verified,
    async stop() {
      await world.end();
      await mailchimp.stop();
    },
  };
}

/** A message of bare kafkajs in the hands of eight consumer groups. */
async function fanOut() {
  const { Kafka, logLevel, Partitioners } = kafkajs;
  const topic = `bench-${randomUUID()}`;
  const brokers = process.env.KAFKA_BROKERS.split(',');
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  const left = new Map();
  const arrived = ({ message }) => {
    const waits = left.get(String(message.value));
    if (waits && --waits.count === 0) waits.done(performance.now());
    return Promise.resolve();
  };
  const consumers = await Promise.all(
    Array.from({ length: GROUPS }, async () => {
      const consumer = kafka.consumer({ groupId: randomUUID() });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
      await consumer.run({ eachMessage: arrived });
      await joined;
      return consumer;
    }),
  );
  return {
    async send() {
      const value = randomUUID();
      const all = new Promise((done) => left.set(value, { count: GROUPS, done }));
      const began = performance.now();
      await producer.send({ topic, acks: -1, messages: [{ value }] });
      return (await all) - began;
    },
    async stop() {
      await Promise.all([...consumers.map((one) => one.disconnect()), producer.disconnect()]);
      await admin.deleteTopics({ topics: [topic] });
      await admin.disconnect();
    },
  };
}

const spread = (values) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) });
const shown = ({ p50, p99 }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

/**
 * The figure that is compared: the median time until the tool mails the person no longer, by the median of a fan-out. The
 * proof comes with the first read-back, which is planned five seconds later.
 */
export async function propagate() {
  if (!process.env.KAFKA_BROKERS || !process.env.MONGODB_URI)
    throw new Error('propagate needs Kafka and MongoDB: npm run stack run -- npm run bench -- propagate');
  const [ours, bare] = [await product(), await fanOut()];
  try {
    const each = Math.ceil(CLICKS / PAIRS);
    const turns = [];
    for (let turn = 0; turn <= PAIRS; turn++) {
      const people = await ours.subscribers(turn === 0 ? Math.min(each, 5) : each); // the first warms up
      const times = { answered: [], denied: [], silent: [], readBack: [], fanned: [] };
      const clicks = [];
      const { foreign } = await timed(process.pid, async () => {
        for (const person of people) {
          times.fanned.push(await bare.send());
          const took = await ours.click(person);
          for (const name of ['answered', 'denied', 'silent']) times[name].push(took[name]);
          clicks.push({ at: took.at, subjectId: person.subjectId });
        }
      });
      for (const { at, subjectId } of clicks) times.readBack.push((await ours.verified(subjectId)) - at);
      if (turn > 0) turns.push({ times, foreign });
    }
    const together = (name) => spread(turns.flatMap(({ times }) => times[name]));
    const all = Object.fromEntries(Object.keys(MEASURED).map((name) => [name, together(name)]));
    for (const [name, label] of Object.entries(MEASURED)) {
      const compared = name === 'fanned' ? '' : `; over the fan-out: ${over(all, name)}`;
      console.log(`${label}: ${shown(all[name])}${compared}`);
    }
    const raw = turns.map(({ times, foreign }) => ({
      baseline: { value: median(times.fanned), ...spread(times.fanned) },
      ours: {
        value: median(times.silent),
        ...Object.fromEntries(Object.entries(times).map(([name, list]) => [name, spread(list)])),
      },
      ratio: median(times.silent) / median(times.fanned),
      foreign, // the services' own work is in it: they are other processes
      busy: false,
    }));
    const of = (pick) => median(raw.map(pick));
    return {
      ratio: of(({ ratio }) => ratio),
      ours: of((pair) => pair.ours.value),
      baseline: of((pair) => pair.baseline.value),
      ...{ clicks: turns.flatMap(({ times }) => times.fanned).length, all, raw },
    };
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
  }
}

const MEASURED = {
  answered: 'the click is answered',
  denied: 'denied by every replica',
  silent: 'silent at Mailchimp',
  readBack: 'read back from Mailchimp',
  fanned: `bare kafkajs to ${GROUPS} groups`,
};
const over = (all, name) =>
  `p50 × ${(all[name].p50 / all.fanned.p50).toFixed(1)}, p99 × ${(all[name].p99 / all.fanned.p99).toFixed(1)}`;
