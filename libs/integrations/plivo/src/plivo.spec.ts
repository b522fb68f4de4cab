import { FetchOutgoing, settingsFor, wanted } from '@assent/integration-kit';
import { FakePlivo } from './fake-plivo.js';
import { plivoKind } from './plivo.js';

const PHONE = { address: { kind: 'phone', value: '+33612345678' } } as const;
const bench = { kind: plivoKind, purposes: { newsletter: { sender: '36180' }, offers: { sender: '36181' } } };

describe('Plivo', () => {
  const fake = new FakePlivo();
  const connector = (more = {}) => plivoKind.create(settingsFor(fake, bench, more), new FetchOutgoing());
  beforeAll(() => fake.start());
  afterEach(() => expect(fake.violations).toEqual([]));
  afterAll(() => fake.stop());

  it.each([
    ['an unsubscribe', wanted({ offers: 'out' }, PHONE)],
    ['an objection to all', wanted({}, { ...PHONE, state: { objectedToAll: true } })],
  ])('is told nothing of %s: it is enforced where messages are sent, and said to be', async (_, desired) => {
    const outcome = await connector().apply(desired);
    expect(outcome).toMatchObject({ class: 'enforced-at-send', calls: [] });
    expect(outcome.verified).toBeUndefined();
    expect(fake.calls).toEqual([]);
  });

  it.each([
    ['an opt-in', wanted({ offers: 'in' }, PHONE)],
    ['an address of e-mail', wanted({ offers: 'out' })],
    ['nothing', wanted({}, PHONE)],
  ])('has nothing to do about %s', async (_, desired) =>
    expect(await connector().apply(desired)).toMatchObject({ class: 'not-applicable', calls: [] }),
  );

  it('never claims to have erased, and never to have seen anything', async () => {
    expect((await connector().erase(wanted({}, PHONE))).class).toBe('not-supported');
    expect((await connector().lookup(wanted({ offers: 'out' }, PHONE))).match).toBe('unknown');
    expect(connector().capabilities).toMatchObject({ enforcement: 'at-send', readBack: 'none' });
  });

  it('is asked whether the credential is right', async () => {
    expect((await connector().probe()).class).toBe('done');
    expect((await connector({ options: { authToken: 'wrong' } }).probe()).class).toBe('config');
    fake.fail({ status: 503, times: 1 });
    expect((await connector().probe()).class).toBe('retry');
  });

  it('delivers to whoever is not refused before: only the guard keeps a stop, but for STOP words of carriers', () => {
    expect(fake.send('36180', PHONE.address.value)).toEqual({ errorCode: undefined });
    fake.stopped.add(`36180 ${PHONE.address.value}`);
    expect(fake.send('36180', PHONE.address.value)).toEqual({ errorCode: 200 });
  });

  it.each([
    [{}, []],
    [{ purposes: {} }, []],
    [{ options: { authId: '', authToken: '' } }, ['authId', 'authToken']],
    [{ purposes: { offers: { list: '1' } } }, ['purposes.offers']],
  ])('with the settings %j is at fault: %j', (more, members) =>
    expect(plivoKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});
