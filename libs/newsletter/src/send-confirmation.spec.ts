import { Logger } from '@nestjs/common';
import type { NewsletterFact, NewsletterState, StoredEvent } from '@assent/contract';
import { SystemClock } from '@assent/kernel';
import { mailNamed, MailFailure, type Mail, type Mailer, Records } from '@assent/ports';
import type { ConfirmationMails } from './confirmation-mails.service.js';
import { SendConfirmation } from './send-confirmation.reaction.js';
import type { Subscriptions } from './subscriptions.service.js';

class Kept extends Records {
  private readonly values = new Map<string, unknown>();
  get = <T>(key: string) => Promise.resolve(this.values.get(key) as T | undefined);
  putIfAbsent<T>(key: string, value: T): Promise<T | undefined> {
    const before = this.values.get(key) as T | undefined;
    if (before === undefined) this.values.set(key, value);
    return Promise.resolve(before);
  }
  put = (key: string, value: unknown) => Promise.resolve(void this.values.set(key, value));
  delete = (key: string) => Promise.resolve(void this.values.delete(key));
  list = () => Promise.resolve([]);
  sweep = () => Promise.resolve(0);
}

Logger.overrideLogger(false);
const ID = '01JD8Q4V6M2S7X9K3T5B1N0PZC';
const fact = { type: 'SubscriptionRequested', purpose: 'newsletter' };
const event = (over: object = {}) =>
  ({ id: ID, tenant: 't1', stream: 'newsletter/t1/sub_1', fact, ...over }) as unknown as StoredEvent<
    NewsletterFact,
    NewsletterState
  >;
const request = (id: string, at = 0) => ({
  id,
  at,
  purpose: 'newsletter',
  expiresAt: Number.MAX_SAFE_INTEGER,
});

/** The reaction among what it needs; `answers` are those of the mail server, in turn, then it takes everything. */
function reacting(
  answers: Error[] = [],
  {
    requests = [request(ID)],
    mail = mailNamed(ID),
    records = new Kept(),
  }: { requests?: object[]; mail?: Mail | null; records?: Records } = {},
) {
  const sent: string[] = [];
  const tried: string[] = [];
  const mailer: Mailer = {
    send({ id }) {
      tried.push(id);
      const answer = answers.shift();
      if (answer !== undefined) return Promise.reject(answer);
      return Promise.resolve(void sent.push(id));
    },
  };
  const state = { requests, ends: [], subscriptions: [], restored: [], mails: [] };
  const subscriptions = { state: () => Promise.resolve(state) } as unknown as Subscriptions;
  const mails = { compose: () => Promise.resolve(mail ?? undefined) } as unknown as ConfirmationMails;
  const reaction = new SendConfirmation(subscriptions, mails, mailer, records, new SystemClock());
  return { reaction, sent, tried };
}

describe('The mail of a request', () => {
  it('is sent once, however often the event is told', async () => {
    const { reaction, sent } = reacting();
    for (let told = 0; told < 3; told++) await reaction.requested(event());
    expect(sent).toEqual([ID]);
  });

  it('is sent again, with the same Message-ID, when the process died before it was noted; the next one waits for nothing', async () => {
    const records = new Kept();
    records.put = () => Promise.reject(new Error('killed'));
    const { reaction, sent } = reacting([], { records });
    await expect(reaction.requested(event())).rejects.toThrow('killed');
    await expect(reaction.requested(event())).rejects.toThrow('killed');
    expect(sent).toEqual([ID, ID]);
  });

  it('is tried again when the server could not take it', async () => {
    const { reaction, sent } = reacting([
      new MailFailure('temporary', 'the mail server did not answer in time'),
    ]);
    await expect(reaction.requested(event())).rejects.toThrow('in time');
    await reaction.requested(event());
    expect(sent).toEqual([ID]);
  });

  it('is not tried again when the server refuses it: a recipient that is none harms the sender', async () => {
    const { reaction, sent, tried } = reacting([new MailFailure('refused', 'answered 550 to RCPT TO')]);
    for (let told = 0; told < 3; told++) await reaction.requested(event());
    expect([sent, tried]).toEqual([[], [ID]]);
  });

  it.each([
    ['of another kind', event({ fact: { type: 'SubscriptionLapsed' } }), {}],
    ['that waits no longer', event(), { requests: [] }],
    ['that was followed by a newer one', event(), { requests: [request(ID), request('newer', 1)] }],
    ['whose person was forgotten', event(), { mail: null }],
  ])('does not go out for an event %s', async (_, told, world) => {
    const { reaction, tried } = reacting([], world);
    await reaction.requested(told);
    expect(tried).toEqual([]);
  });
});
