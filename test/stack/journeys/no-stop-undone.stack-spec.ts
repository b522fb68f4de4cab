import '../../support/distributed.js';

// Two replicas of every service: what one of them acknowledged, the other must know.
beforeAll(() => {
  process.env['ASSENT_REPLICAS'] = '2';
});
afterAll(() => {
  delete process.env['ASSENT_REPLICAS'];
});
await import('../../journeys/no-stop-undone.spec.js');
