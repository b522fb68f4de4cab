export type { FakeMember, MemberStatus, Unverified } from './fake-account.js';
export { FakeMailchimp, type Fault, type SeenCall } from './fake-mailchimp.js';
export { mailchimpKind } from './mailchimp.js';
export { postedOf } from './fake-hooks.js';
