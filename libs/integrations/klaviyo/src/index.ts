export { FakeKlaviyo } from './fake-klaviyo.js';
export { klaviyoKind } from './klaviyo.js';
