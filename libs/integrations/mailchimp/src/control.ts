import type { IncomingMessage, RequestListener } from 'node:http';
import type { FakeMailchimp, Fault } from './fake-mailchimp.js';
import type { MemberStatus } from './contract.js';

/** What an operator of the tool, and its misfortune, can do: the members of the JSON body. */
interface Act {
  readonly list?: string;
  readonly email?: string;
  readonly emails?: readonly string[];
  readonly status?: MemberStatus;
  readonly fault?: Fault;
}
type Acts = Readonly<Record<string, (fake: FakeMailchimp, act: Act) => void>>;

const ACTS: Acts = {
  'add-list': (fake, { list = '' }) => fake.addList(list),
  'delete-list': (fake, { list = '' }) => fake.deleteList(list),
  seed: (fake, { list = '', email = '', status }) => fake.seed(list, email, status),
  set: (fake, { list = '', email = '', status = 'subscribed' }) => fake.set(list, email, status),
  leave: (fake, { list = '', email = '' }) => fake.leave(list, email),
  confirm: (fake, { list = '', email = '' }) => fake.confirm(list, email),
  import: (fake, { list = '', emails = [] }) => fake.import(list, emails),
  fail: (fake, { fault = {} }) => fake.fail(fault),
  'clear-faults': (fake) => fake.clearFaults(),
};

/**
 * The operator's side of the stand-in, on a port of its own: `GET /` what it believes and what it saw, `POST /<act>` with
 * a JSON body, e.g. `POST /seed {"list":"a1b2c3","email":"ada@example.org"}`.
 */
export const controlOf =
  (fake: FakeMailchimp): RequestListener =>
  (request, response) => {
    void act(fake, request).then(
      () =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`${JSON.stringify(seen(fake), null, 2)}\n`),
      (error: unknown) => response.writeHead(400, { 'content-type': 'text/plain' }).end(`${String(error)}\n`),
    );
  };

async function act(fake: FakeMailchimp, request: IncomingMessage): Promise<void> {
  if (request.method === 'GET') return;
  const name = (request.url ?? '').slice(1);
  const known = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
  if (known === undefined) throw new Error(`the acts are ${Object.keys(ACTS).join(', ')}`);
  const parts: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) parts.push(chunk);
  const text = Buffer.concat(parts).toString('utf8');
  known(fake, (text === '' ? {} : JSON.parse(text)) as Act);
}

const seen = (fake: FakeMailchimp): object => ({
  ...{ url: fake.url, apiKey: fake.apiKey, believes: fake.dump(), confirmations: fake.confirmations },
  ...{ calls: fake.calls.length, violations: fake.violations },
});
