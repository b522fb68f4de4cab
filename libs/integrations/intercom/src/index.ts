export { FakeIntercom } from './fake-intercom.js';
export { intercomKind } from './intercom.js';
