export { FakeSendGrid } from './fake-sendgrid.js';
export { sendgridKind } from './sendgrid.js';
