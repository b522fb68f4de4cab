import type { AnswerCode } from '@assent/contract';

interface Row {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do, for `docs/reference/problems.md`. */
  readonly remedy: string;
}

/** Answer codes that also stand in a 409 of `POST /v1/solicitations` and `/v1/consents`. */
type Denial = Exclude<AnswerCode, 'allowed' | 'malformed' | 'purpose-unknown' | 'stale'>;

const denial = (title: string): Row => ({
  status: 409,
  title,
  remedy:
    'The person may not be contacted for this purpose now. Do not send. Ask `POST /v1/eligibility` for the reasons.',
});

/** Every refusal and fault as clients see it. `docs/reference/problems.md` is made from this table. */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    remedy: 'Each entry of `errors` names the member by JSON pointer and says what is allowed there.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send UTF-8 JSON with `content-type: application/json`.',
  },
  unauthorized: {
    status: 401,
    title: 'The API key is missing or unknown',
    remedy: 'Send `Authorization: Bearer <api key>` with a key of the tenant.',
  },
  'hook-forged': {
    status: 401,
    title: 'The signature does not fit what was posted',
    remedy:
      'Compare the signing secret of the integration with the tool, and the address that the tool posts to.',
  },
  forbidden: {
    status: 403,
    title: 'The API key lacks the scope',
    remedy: 'Use a key with the scope that `detail` names.',
  },
  'not-found': { status: 404, title: 'There is nothing here', remedy: 'Check the address and the method.' },
  'subject-unknown': {
    status: 404,
    title: 'The person is not known',
    remedy: 'Register the person with `POST /v1/subjects` first, or check the reference.',
  },
  'link-unknown': {
    status: 404,
    title: 'The link is not valid',
    remedy: 'Use the link exactly as it stands in the message.',
  },
  'addresses-of-different-subjects': {
    status: 409,
    title: 'The addresses belong to different persons',
    remedy: 'Register them apart, or remove the address from one person first.',
  },
  'objection-newer': {
    status: 409,
    title: 'The person objected after this consent',
    remedy: 'It was noted as history and changes nothing. Only a newer opt-in of the person counts.',
  },
  'proof-missing': {
    status: 409,
    title: 'No act of the person proves the lifting',
    remedy: "Name the `eventId` of the person's own opt-in for this purpose, with evidence.",
  },
  'proof-older-than-objection': {
    status: 409,
    title: 'The person objected after this act',
    remedy: 'Only an opt-in that is newer than the objection lifts it.',
  },
  'integration-inactive': {
    status: 409,
    title: 'Nothing may be sent to the integration now',
    remedy: '`detail` says why: it is disabled, its settings cannot work, or the policy in force forbids it.',
  },
  'idempotency-key-in-use': {
    status: 409,
    title: 'A request with this idempotency key is still running',
    remedy: 'Wait for its answer, or repeat in a moment.',
  },
  'solicitation-unknown': {
    status: 404,
    title: 'The solicitation is not known',
    remedy: 'Check `solicitationId`: only a permitted or reported solicitation can be reversed.',
  },
  'undo-expired': {
    status: 410,
    title: 'The time to undo is over',
    remedy: 'Sign up again to receive messages.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send at most 1 MiB, or use a batch route.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    remedy: 'Send one of the content types that `detail` names.',
  },
  'occurred-in-future': {
    status: 422,
    title: 'It cannot have happened yet',
    remedy: "`occurredAt` may lie at most five minutes ahead. Check the sender's clock and the offset.",
  },
  'purpose-unknown': {
    status: 422,
    title: 'The policy does not declare this purpose',
    remedy: 'Use a purpose of the policy in force, or declare it in a new version.',
  },
  'integration-unknown': {
    status: 422,
    title: 'The tenant has no such integration',
    remedy: 'Name an `id` of `GET /v1/integrations`. Until then do not send.',
  },
  'notice-not-current': {
    status: 422,
    title: 'The notice was not in force then',
    remedy: 'Name the notice that was shown, with its version: the newest one in force at `occurredAt`.',
  },
  'evidence-missing': {
    status: 422,
    title: 'The consent has no evidence',
    remedy: 'Send `evidence` with at least its `method`: a consent that cannot be proven is none.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for another request',
    remedy: 'Use a new key for a new request.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', remedy: 'Wait as long as `Retry-After` says.' },
  'internal-error': {
    status: 500,
    title: 'Something failed here',
    remedy:
      'Nothing was half done. Repeat with the same idempotency key; name `instance` when asking for help.',
  },
  'not-ready': {
    status: 503,
    title: 'Not ready',
    remedy: 'Repeat after `Retry-After` seconds. Until then the answer is no.',
  },
  'objection-in-force': denial('An objection is in force'),
  erased: denial('The person was erased'),
  restricted: denial("Use is suspended at the person's request"),
  undeliverable: denial('No address of this channel can be reached'),
  'dropped-out': denial('The person dropped out as a prospect'),
  'solicitation-limit-reached': denial('The limit of unanswered solicitations is reached'),
  'confirmation-pending': denial('The subscription is not confirmed'),
  'consent-withdrawn': denial('The consent was withdrawn'),
  'consent-expired': denial('The consent has expired'),
  'informed-missing': denial('The chance to object is not on record'),
  'no-consent': denial('There is no lawful ground on record'),
} as const satisfies Record<Denial, Row> & Record<string, Row>;

export type ProblemCode = keyof typeof PROBLEMS;
export interface MemberError {
  /** JSON pointer, e.g. `/subject/email`. */
  readonly pointer: string;
  readonly detail: string;
}

/** Thrown by doors only; the problem filter answers it as `application/problem+json` (RFC 9457). */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors?: readonly MemberError[],
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** `throw invalid('/channel', 'must be one of …')` */
export const invalid = (pointer: string, detail: string): ProblemError =>
  new ProblemError('invalid-request', `${pointer} ${detail}`.trim(), [{ pointer, detail }]);
