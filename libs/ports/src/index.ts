export { Agenda, type WakeUp } from './agenda.js';
export {
  Connector,
  type Capabilities,
  type ConnectorKind,
  type Desired,
  type IntegrationSettings,
  type ListedContact,
  type Listing,
  type Observed,
  type Outcome,
  type OutcomeClass,
  type ToolChanges,
} from './connector.js';
export { Deliveries, type DeliveryFilter, type DeliveryRow, type Page } from './deliveries.js';
export { Directory, type EvidenceDocument, type Hold, type Profile } from './directory.js';
export { EventFeed, type Consumer, type ConsumerStatus, type ParkedEvent } from './event-feed.js';
export {
  EventLog,
  TraversableLog,
  VersionConflict,
  type Appended,
  type Changes,
  type Head,
  type NewEvent,
} from './event-log.js';
export { Gate, type Question } from './gate.js';
export { handle, type Handled, type Origin } from './handle.js';
export type {
  Contact,
  Inbound,
  InboundFact,
  InboundPerson,
  InboundRequest,
  InboundTargets,
  Verdict,
} from './inbound.js';
export { Keyring, type DigestUse, type LinkPayload, type LinkUse, type StatementUse } from './keyring.js';
export { MailFailure, Mailbox, Mailer, type KeptMail, type Mail } from './mailer.js';
export { Movable, MovingIn, PARTS, type Part, type Place, type Thing } from './moving.js';
export { Outgoing, OutgoingFailure, type OutgoingRequest, type OutgoingResponse } from './outgoing.js';
export { Recipients, type Recipient } from './recipients.js';
export { NO_END, Records } from './records.js';
export { Subjects, type Malformed, type ResolvedSubject, type SubjectRef } from './subjects.js';
export { agendaContract } from './agenda.contract.js';
export { connectorContract } from './connector.contract.js';
export { listingContract } from './listing.contract.js';
export type { ToolFault, ToolUnderTest } from './connector-world.js';
export { deliveriesContract } from './deliveries.contract.js';
export { directoryContract, type DirectoryUnderTest } from './directory.contract.js';
export { eventFeedContract } from './event-feed.contract.js';
export type { FeedUnderTest } from './feed-under-test.contract.js';
export { eventLogContract, eventNamed, type Opened } from './event-log.contract.js';
export { logChangesContract } from './log-changes.contract.js';
export { keyringContract } from './keyring.contract.js';
export { mailerContract, mailNamed, type MailerUnderTest, type TakenMail } from './mailer.contract.js';
export { recordsContract } from './records.contract.js';
export { VerdictTopic } from './verdict-topic.js';
export { Unavailable } from './unavailable.js';
export { plainTitle, retryAfterMs, vendorRequestId } from './vendor-answer.js';
