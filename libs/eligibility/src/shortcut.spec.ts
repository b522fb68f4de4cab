import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeys, createHttpApp, createLogger, Metrics } from '@assent/http';
import type { Records } from '@assent/ports';
import { AnswerDesk } from './answer-desk.service.js';
import { EligibilityController } from './eligibility.controller.js';
import { given, objected, signedUp } from './facts-spec.js';
import { at, world } from './world-spec.js';

const KEY = 'a-key-that-is-long-enough';
const NARROW = 'another-key-with-one-scope';
const noRecords = { list: () => Promise.resolve([]) } as unknown as Records;

/** The one route of single questions, with its shortcut or without. */
async function app(all: ReturnType<typeof world>, short: boolean) {
  class Doors {}
  Module({
    controllers: [EligibilityController],
    providers: [{ provide: AnswerDesk, useValue: all.answers }],
  })(Doors);
  const settings = [
    { tenant: 'presentinfini', key: KEY, scopes: ['eligibility'] as const },
    { tenant: 'presentinfini', key: NARROW, scopes: ['history'] as const },
  ];
  const { keys } = await ApiKeys.load(noRecords, settings, ['presentinfini'], 0);
  const metrics = new Metrics();
  const lines: string[] = [];
  const made = await createHttpApp(
    { module: Doors },
    {
      ...{ metrics, clock: all.clock, records: noRecords, keyring: all.keyring, apiKeys: keys },
      logger: createLogger('info', { write: (line: string) => void lines.push(line) }),
      ...{ trustProxy: false, publicUrl: () => 'https://consent.example.org', longestParameter: 300 },
      shortcuts: () => (short ? [all.answers.shortcut] : []),
    },
  );
  await made.init();
  await made.getHttpAdapter().getInstance().ready();
  return { made, metrics, lines };
}

const json = { 'content-type': 'application/json' };
const auth = { authorization: `Bearer ${KEY}` };
type Sent = readonly [
  headers: Record<string, string>,
  payload: string,
  url?: string,
  method?: 'POST' | 'GET',
];

/** What a client sees, but for what differs between any two requests. */
async function seen(
  made: NestFastifyApplication,
  [headers, payload, url = '/v1/eligibility', method = 'POST']: Sent,
) {
  const answer = await made.inject({ method, url, headers, payload });
  const rest = Object.entries(answer.headers).filter(([name]) => name !== 'date');
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(rest),
    body: answer.body.replace(/urn:assent:request:[0-9A-Z]{26}/, 'urn'),
  };
}

describe('The shortcut of single questions', () => {
  let all: ReturnType<typeof world>;
  let short: Awaited<ReturnType<typeof app>>;
  let long: Awaited<ReturnType<typeof app>>;
  let email: string;
  beforeAll(async () => {
    all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    email = who.email;
    await all.indexed();
    [short, long] = [await app(all, true), await app(all, false)];
  });
  afterAll(async () => {
    await short.made.close();
    await long.made.close();
  });

  const asked = (more: object = {}) =>
    JSON.stringify({ subject: { email }, purpose: 'prospecting', channel: 'email', ...more });
  const about = (subject: object) => asked({ subject });
  const everything = { ...json, ...auth };

  it.each<[string, () => Sent]>([
    ['a plain question', () => [everything, asked()]],
    ['one about nobody', () => [everything, about({ email: 'nobody@example.net' })]],
    ['one about an id', () => [everything, about({ id: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' })]],
    ['an address in another form', () => [everything, about({ email: `  ${email.toUpperCase()} ` })]],
    ['one that is to be explained', () => [everything, asked({ explain: true })]],
    ['one that is not', () => [everything, asked({ explain: false })]],
    ['one about the past', () => [everything, asked({ at: '2026-03-09' })]],
    ['an instant that is none', () => [everything, asked({ at: 'tomorrow' })]],
    ['an undeclared purpose', () => [everything, asked({ purpose: 'promotion' })]],
    ['an empty purpose', () => [everything, asked({ purpose: '' })]],
    ['a channel that is none', () => [everything, asked({ channel: 'fax' })]],
    ['an unknown member', () => [everything, asked({ when: 1 })]],
    ['two ways to name a person', () => [everything, about({ email, phone: '+33612345678' })]],
    ['no way to name a person', () => [everything, about({})]],
    ['a member without a value', () => [everything, about({ email: null })]],
    ['an address that is none', () => [everything, about({ email: 'nobody' })]],
    ['a number that is none', () => [everything, about({ phone: '12' })]],
    ['an id that is none', () => [everything, about({ id: 'sub_1' })]],
    ['an operator for an address', () => [everything, about({ email: { $ne: null } })]],
    ['a list for an address', () => [everything, about({ email: [email] })]],
    ['a text for a body', () => [everything, '"text"']],
    ['a list for a body', () => [everything, `[${asked()}]`]],
    ['null', () => [everything, 'null']],
    ['nothing', () => [everything, '']],
    ['half a body', () => [everything, asked().slice(0, -3)]],
    ['a trap', () => [everything, asked().replace('"purpose"', '"__proto__":{"x":1},"purpose"')]],
    ['a hidden trap', () => [everything, asked().replace('"purpose"', '"\\u005f_proto__":1,"purpose"')]],
    ['half a pair', () => [everything, asked({ purpose: 'x' }).replace('"x"', '"\\ud800"')]],
    ['forty levels', () => [everything, asked().replace('"prospecting"', '['.repeat(40) + ']'.repeat(40))]],
    ['a byte order mark', () => [everything, `\ufeff${asked()}`]],
    ['a body that is too large', () => [everything, asked({ purpose: 'x'.repeat(1 << 20) })]],
    ['another type', () => [{ ...auth, 'content-type': 'text/plain' }, asked()]],
    ['no type', () => [auth, asked()]],
    ['no key', () => [json, asked()]],
    ['an unknown key', () => [{ ...json, authorization: `Bearer ${KEY}x` }, asked()]],
    ['another scheme', () => [{ ...json, authorization: `Basic ${KEY}` }, asked()]],
    ['a key without the scope', () => [{ ...json, authorization: `Bearer ${NARROW}` }, asked()]],
    ['a key that is no key, with a body that is no body', () => [{ ...json, authorization: 'x' }, '{']],
    ['an idempotency key', () => [{ ...everything, 'idempotency-key': 'k' }, asked()]],
    [
      'an idempotency key that is too long',
      () => [{ ...everything, 'idempotency-key': 'k'.repeat(201) }, asked()],
    ],
    ['a query', () => [everything, asked(), '/v1/eligibility?x=1']],
    ['a longer address', () => [everything, asked(), '/v1/eligibility/']],
    ['another method', () => [auth, '', '/v1/eligibility', 'GET']],
  ])('answers %s byte for byte as the route does, at first and again', async (_, sent) => {
    const theirs = await seen(long.made, sent());
    expect(await seen(short.made, sent())).toEqual(theirs);
    expect(await seen(short.made, sent())).toEqual(theirs);
    expect(theirs.status).not.toBe(500);
  });

  it('is logged and counted as the route is', async () => {
    await seen(short.made, [everything, asked()]);
    expect(JSON.parse(short.lines.at(-1) ?? '{}')).toMatchObject({
      ...{ method: 'POST', route: '/v1/eligibility', status: 200, tenant: 'presentinfini' },
      requestId: expect.stringMatching(/^[0-9A-Z]{26}$/) as string,
    });
    const counted = await short.metrics.registry.getSingleMetricAsString('assent_http_requests_total');
    expect(counted).toContain('route="/v1/eligibility",status="200"');
  });

  it('tells nothing again that a write has changed', async () => {
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    await all.indexed();
    const question = { subject: who.ref, purpose: 'prospecting', channel: 'email' };
    const ask = () => all.answers.shortcut.answer('presentinfini', question);
    expect(await ask()).toContain('"allowed":true');
    expect(typeof ask()).toBe('string');
    await all.index.during(`opposition/presentinfini/${who.keys[0] ?? ''}`, async () => {
      await Promise.resolve(who.objected(objected('2026-05-20')));
      expect(typeof ask()).not.toBe('string');
      expect(await ask()).toContain('objection-in-force');
      expect(typeof ask()).not.toBe('string');
    });
    expect(await ask()).toContain('objection-in-force');
    // And not when its time is over, or the clock was set back.
    all.clock.set(at('2027-03-10'));
    expect(typeof ask()).not.toBe('string');
    await ask();
    all.clock.set(at('2026-06-01'));
    expect(typeof ask()).not.toBe('string');
  });

  it('tells no reason again that time has changed, though the answer stays no', async () => {
    const who = await all.person('2026-05-30');
    who.did('newsletter', signedUp('2026-05-31', 'newsletter'));
    await all.indexed();
    const question = { subject: who.ref, purpose: 'newsletter', channel: 'email' };
    const ask = () => all.answers.shortcut.answer('presentinfini', question);
    expect(await ask()).toContain('confirmation-pending');
    expect(typeof ask()).toBe('string');
    all.clock.set(at('2026-06-07'));
    expect(await ask()).toContain('no-consent');
    all.clock.set(at('2026-06-01'));
  });
});
