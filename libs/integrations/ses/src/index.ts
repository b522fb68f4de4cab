export { FakeSes } from './fake-ses.js';
export { sesKind } from './ses.js';
