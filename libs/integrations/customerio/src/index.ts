export { customerioKind } from './customerio.js';
export { FakeCustomerIo } from './fake-customerio.js';
