export { FakeMailchimp, type FakeMember, type MemberStatus } from './fake-mailchimp.js';
export { mailchimpKind } from './mailchimp.js';
