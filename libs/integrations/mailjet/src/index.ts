export { FakeMailjet } from './fake-mailjet.js';
export { mailjetKind } from './mailjet.js';
