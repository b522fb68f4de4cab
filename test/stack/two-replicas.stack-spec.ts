import '../support/distributed.js';

// The same journeys with two replicas of every service behind the gateway: what one process knows, another must too.
beforeAll(() => {
  process.env['ASSENT_REPLICAS'] = '2';
});
afterAll(() => {
  delete process.env['ASSENT_REPLICAS'];
});
for (const journey of ['frame', 'unsubscribe'])
  await import(new URL(`../journeys/${journey}.spec.js?replicas=2`, import.meta.url).href);
