import { Forgetting } from '../support/forgetting.js';
/** A process that starts anew begins with the present: what is held must not be over by then. */
const START = new Date().toISOString();

describe('The erasure of somebody', () => {
  const all = new Forgetting(START);
  beforeAll(() => all.start());
  afterEach(() => {
    expect(all.mailchimp.violations).toEqual([]);
    expect(all.crm.violations).toEqual([]);
  });
  afterAll(() => all.end());

  it('is carried on after the process was killed, wherever it was', async () => {
    const people = [await all.subscriber(), await all.subscriber(), await all.subscriber()];
    const requests = await Promise.all(people.map(({ subjectId }) => all.erase(subjectId)));
    await all.world.restart('SIGKILL');
    await all.world.setClock(all.now);
    await all.pass('PT10S');
    await all.world.restart('SIGKILL');
    await all.world.setClock(all.now);
    await all.pass('PT15M');
    await all.world.restart('SIGKILL');
    await all.world.setClock(all.now);
    for (const requestId of requests) {
      // What the dead process had in hand is leased to it for some seconds of real time.
      while ((await all.request(requestId)).state !== 'done') {
        await new Promise((resolve) => setTimeout(resolve, 200));
        await all.pass('PT6H');
      }
    }
    for (const { email, subject } of people) {
      expect(all.known(email)).toBe(false);
      expect(await all.code(subject)).toBe('objection-in-force');
    }
  }, 90_000);

  it('is not kept waiting for ever by a tool that does not answer: the proof names it', async () => {
    const { subjectId, subject } = await all.subscriber();
    await all.mailchimp.stop();
    const requestId = await all.erase(subjectId);
    for (const wait of ['PT1H', 'PT24H', 'PT24H', 'PT24H']) await all.pass(wait);
    const waiting = await all.request(requestId);
    expect(waiting.certificate).toBeNull();
    expect(waiting.integrations).toMatchObject([
      { integration: 'mailchimp-main', verifiedAt: null },
      { state: 'verified' },
    ]);
    await all.pass('PT720H');
    await all.pass('PT24H');
    const { state, certificate } = await all.request(requestId);
    expect(state).toBe('done');
    expect(certificate?.['recipients']).toMatchObject([
      { integration: 'mailchimp-main', verifiedAt: null },
      { state: 'verified' },
    ]);
    expect(await all.code(subject)).toBe('objection-in-force');
    await all.mailchimp.start();
  });
});
