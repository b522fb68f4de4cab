import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import { isOwnAct, normaliseAddress, type Address } from '@assent/contract';
import { instantOf, invalid, occurred, ProblemError, written, type Caller, type Written } from '@assent/http';
import { Policies } from '@assent/policy';
import { EventLog, type EvidenceDocument } from '@assent/ports';
import { SeveralOwners } from './claims.js';
import type { Foreseen, Registration } from './registration.js';
import { SubjectDirectory, type By, type Registered } from './subject-directory.service.js';
import type { RegisterDto } from './subjects.dto.js';

type Asking = Pick<Caller, 'tenant' | 'actor' | 'commandId'>;

/** Checks what a client says about a person and has it recorded; the same for one body and for a line of a batch. */
@Injectable()
export class RegistrationDesk {
  constructor(
    private readonly subjects: SubjectDirectory,
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** 201 for a new person, 200 for a known one. Throws `ProblemError`. */
  async register(
    { tenant, actor, commandId }: Asking,
    body: RegisterDto,
  ): Promise<{ readonly status: 200 | 201; readonly body: Written }> {
    const registration = this.registrationOf(tenant, body);
    const done = await this.recorded(tenant, registration, { actor, commandId });
    const { events, subjectId, version } = done;
    const isNew = events.some(({ fact }) => fact.type === 'SubjectRegistered');
    const [earlier] = events.length > 0 ? [] : await this.log.read(streamOf('subject', tenant, subjectId));
    return { status: isNew ? 201 : 200, body: written(events, subjectId, version, earlier) };
  }

  /** A row of a file: no act of the person, whatever it says of itself. `before` is told whom it concerns. Throws `ProblemError`. */
  async import(
    tenant: string,
    body: RegisterDto,
    before: (subjectId: string) => Promise<void>,
    by: By,
  ): Promise<Registered> {
    return this.recorded(tenant, { ...this.rowOf(tenant, body), imported: before }, by);
  }

  /** What the row would do; records nothing. Throws `ProblemError`. */
  async foresee(tenant: string, body: RegisterDto): Promise<Foreseen> {
    const row = { ...this.rowOf(tenant, body), imported: () => Promise.resolve() };
    const foreseen = await this.subjects.foresee(tenant, row).catch(asProblem);
    if (foreseen.refusal) throw new ProblemError('erased', foreseen.refusal.detail);
    return foreseen;
  }

  private rowOf(tenant: string, body: RegisterDto): Registration {
    const row = this.registrationOf(tenant, body);
    return { ...row, own: false, evidence: row.evidence && toldByFile(row.evidence) };
  }

  private async recorded(tenant: string, registration: Registration, by: By): Promise<Registered> {
    const done = await this.subjects.record(tenant, registration, by).catch(asProblem);
    if (done.refusal) throw new ProblemError('erased', done.refusal.detail);
    return done;
  }

  private registrationOf(tenant: string, body: RegisterDto): Registration {
    const said = body.collectedAt === undefined ? 'occurredAt' : 'collectedAt';
    const collectedAt = occurred(this.policies, this.clock, tenant, body[said], `/${said}`);
    const { evidence } = body;
    if (evidence?.confirmedAt !== undefined) {
      instantOf(this.policies, tenant, evidence.confirmedAt, '/evidence/confirmedAt', 0);
    }
    return {
      addresses: addressesOf(body),
      context: body.context ?? 'consumer',
      relationship: body.relationship ?? 'prospect',
      locale: localeOf(body.locale),
      collectedAt,
      dated: body[said] !== undefined,
      own: evidence !== undefined && isOwnAct(evidence.method),
      informed: body.informed ?? false,
      declined: this.declinedOf(tenant, body.declined ?? [], collectedAt),
      source: body.source ?? null,
      notice: body.notice === undefined ? null : this.noticeOf(tenant, body.notice, collectedAt),
      evidence: evidence && documentOf(evidence),
    };
  }

  private declinedOf(tenant: string, declined: readonly string[], at: number): readonly string[] {
    const policy = this.policies.at(tenant, at);
    const unknown = declined.findIndex((purpose) => policy.purpose(purpose) === undefined);
    if (unknown < 0) return declined;
    throw new ProblemError('purpose-unknown', `/declined/${unknown} is not declared in the policy in force.`);
  }

  private noticeOf(tenant: string, ref: string, at: number): string {
    const notice = this.policies.notice(tenant, ref, at);
    if (notice === undefined)
      throw new ProblemError('notice-not-current', '/notice names no notice of the tenant.');
    return `${notice.id}@${notice.version}`;
  }
}

function asProblem(error: unknown): never {
  if (!(error instanceof SeveralOwners)) throw error;
  throw new ProblemError(
    'addresses-of-different-subjects',
    'Two or more persons are known by these addresses.',
  );
}

/** How the file says the act was proven is kept beside; what proves it here is the file. */
export const toldByFile = ({ method, ...document }: EvidenceDocument): EvidenceDocument => ({
  ...document,
  method: 'import',
  ...(method !== undefined && method !== 'import' && { toldMethod: method }),
});

function addressesOf({ addresses = [], externalId }: RegisterDto): Address[] {
  const given = addresses.map(({ kind, value }, index) => {
    const address = normaliseAddress(kind, value);
    if (address === undefined) throw invalid(`/addresses/${index}/value`, `is not a valid ${kind}`);
    return address;
  });
  if (externalId !== undefined) {
    const named = normaliseAddress('externalId', externalId);
    if (named === undefined) throw invalid('/externalId', 'is not a valid externalId');
    given.push(named);
  }
  if (given.length === 0)
    throw invalid('/addresses', 'needs at least one address, unless there is an externalId');
  return given;
}

function localeOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    throw invalid('/locale', 'must be a language tag such as fr or fr-BE');
  }
}

/** Members that were left out are no part of the evidence. */
const documentOf = (evidence: object): EvidenceDocument =>
  Object.fromEntries(
    (Object.entries(evidence) as [string, string | undefined][]).filter(
      (member): member is [string, string] => member[1] !== undefined,
    ),
  );
