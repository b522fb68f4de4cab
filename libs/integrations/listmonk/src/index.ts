export { FakeListmonk } from './fake-listmonk.js';
export { listmonkKind } from './listmonk.js';
