export { FakeMandrill } from './fake-mandrill.js';
export { mandrillKind } from './mandrill.js';
