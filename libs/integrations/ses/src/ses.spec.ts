import {
  ADA,
  REFUSED_ALL,
  settingsFor,
  trialOf,
  underTest,
  usesItsWholeContract,
  wanted,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract, type OutgoingRequest } from '@assent/ports';
import { FakeSes } from './fake-ses.js';
import { sesKind } from './ses.js';
import { verifies } from './signature.js';

const bench = {
  kind: sesKind,
  fake: () => new FakeSes({ weekly: 'OPT_OUT', offers: 'OPT_OUT', other: 'OPT_IN' }),
  purposes: { newsletter: { topic: 'weekly' }, offers: { topic: 'offers' } },
  role: 'mixed',
} as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('Amazon SES', underTest(bench));

describe('Amazon SES', () => {
  let trial: Trial<FakeSes>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('loses no other choice, and no attribute, when one topic is closed: a PUT replaces', async () => {
    const { fake, apply } = trial;
    const contact = fake.contacts.get(ADA);
    if (contact) contact.topics = { weekly: 'OPT_IN', offers: 'OPT_IN', other: 'OPT_OUT' };
    await apply({ newsletter: 'out' });
    expect(fake.contacts.get(ADA)).toEqual({
      ...{ email: ADA, unsubscribeAll: false, attributes: '{"a":1}' },
      topics: { offers: 'OPT_IN', other: 'OPT_OUT', weekly: 'OPT_OUT' },
    });
  });

  it('keeps the topics through an objection, so that one can be opened again', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    expect(fake.contacts.get(ADA)).toMatchObject({ unsubscribeAll: true, topics: { weekly: 'OPT_IN' } });
    const told = { outSince: { '*': 50 } };
    await apply({ newsletter: 'in', offers: 'out' }, told);
    expect(['weekly', 'offers', 'other'].map((one) => fake.mails(ADA, one))).toEqual([true, false, false]);
  });

  it('is told of a stop and of an opt-in in one breath, and neither undoes the other', async () => {
    const { fake, apply } = trial;
    const contact = fake.contacts.get(ADA);
    if (contact) contact.topics = { weekly: 'OPT_OUT', offers: 'OPT_IN', other: 'OPT_IN' };
    const told = { outSince: { weekly: 50 } };
    expect((await apply({ newsletter: 'in', offers: 'out' }, told)).class).toBe('done');
    expect(['weekly', 'offers', 'other'].map((one) => fake.mails(ADA, one))).toEqual([true, false, true]);
  });

  it('is read again when somebody else writes at the same time', async () => {
    const { fake, apply } = trial;
    fake.collisions = 1;
    expect(await apply({ newsletter: 'out' })).toMatchObject({
      ...{ class: 'retry', detail: 'ConcurrentModificationException' },
    });
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
  });

  it('enters nobody twice', async () => {
    const { fake, apply } = trial;
    fake.fail({ operation: 'contact', status: 404, times: 1 });
    const outcome = await apply({ newsletter: 'out' }, { unknown: 'tombstone' });
    expect(outcome).toMatchObject({ class: 'retry', detail: 'AlreadyExistsException' });
  });

  it('takes another list or region for a wrong setting', async () => {
    expect((await trial.connector({ options: { contactList: 'gone' } }).probe()).class).toBe('config');
  });

  it('keeps its request id in the receipt', async () => {
    expect((await trial.apply({ newsletter: 'out' })).calls.at(-1)?.vendorRequestId).toMatch(/^fake-/);
  });
});

describe('The signature of a call to SES', () => {
  // The stand-in checks it with an implementation of its own.
  const headers = {
    host: 'email.eu-west-3.amazonaws.com',
    'x-amz-date': '20260601T080000Z',
  };
  const call = {
    method: 'GET',
    path: '/v2/email/contact-lists/main/contacts/a%2Bb%27c%40example.org',
    body: '',
  };

  it('covers method, path, host, time and body', () => {
    const sent: Record<string, string>[] = [];
    const outgoing = {
      send: (request: OutgoingRequest) => {
        sent.push({ ...request.headers });
        return Promise.resolve({ status: 404, headers: {}, body: '{}' });
      },
    };
    const options = { baseUrl: 'https://email.eu-west-3.amazonaws.com' };
    const fake = new FakeSes({});
    const connector = sesKind.create(settingsFor(fake, bench, { options }), outgoing);
    return connector
      .apply(wanted({ newsletter: 'out' }, { address: { kind: 'email', value: "a+b'c@example.org" } }))
      .then(() => {
        const authorization = sent[0]?.['authorization'] ?? '';
        const signed = { ...call, headers: { ...headers, authorization } };
        const good = (more: object) => verifies({ ...signed, ...more }, fake.keyId, fake.secret);
        expect(good({})).toBe(true);
        expect(good({ method: 'DELETE' })).toBe(false);
        expect(good({ path: call.path.replace('a%2Bb', 'b') })).toBe(false);
        expect(good({ body: '{}' })).toBe(false);
        expect(good({ headers: { ...signed.headers, host: 'example.org' } })).toBe(false);
        expect(good({ headers: { ...signed.headers, 'x-amz-date': '20260601T080001Z' } })).toBe(false);
        expect(verifies(signed, fake.keyId, 'another')).toBe(false);
      });
  });
});

describe('The settings of SES', () => {
  const fake = new FakeSes({});
  it.each([
    [{}, []],
    [{ options: { accessKeyId: '', secretAccessKey: '' } }, ['accessKeyId', 'secretAccessKey']],
    [{ options: { region: 'Paris' } }, ['region']],
    [{ options: { contactList: 'a b' } }, ['contactList']],
    [{ purposes: { newsletter: { topic: 'a b' } } }, ['purposes.newsletter.topic']],
  ])('%j: at fault is %j', (more, members) =>
    expect(sesKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
