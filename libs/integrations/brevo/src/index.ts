export { brevoKind } from './brevo.js';
export { FakeBrevo } from './fake-brevo.js';
