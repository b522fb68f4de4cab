import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import type { SubjectState } from '@assent/contract';
import {
  channelsOf,
  ImportedConsents,
  noticeInForce,
  type Came,
  type ImportedConsent,
} from '@assent/consent';
import { Standings } from '@assent/eligibility';
import { instantOf, occurred, ProblemError, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Subjects, type EvidenceDocument } from '@assent/ports';
import { RegistrationDesk, toldByFile } from '@assent/subject';
import type { ContactCame, ContactDto, SaidConsentDto } from './contacts.dto.js';
import { ImportJournal } from './import-journal.service.js';
import type { Seen } from './seen.js';
import { stopsOf } from './stops.js';

type Told = Omit<ContactCame, 'line'>;
type Who = Pick<Caller, 'tenant' | 'actor' | 'scopes'>;
interface Said extends ImportedConsent {
  readonly evidence: EvidenceDocument;
  /** The contact's own, not one of the consent. */
  readonly isOfLine: boolean;
}

/** What a file says about people: registered, added to, refused, consented; and nothing that opens who was stopped. */
@Injectable()
export class ImportDesk {
  constructor(
    private readonly desk: RegistrationDesk,
    private readonly consents: ImportedConsents,
    private readonly subjects: Subjects,
    private readonly standings: Standings,
    private readonly journal: ImportJournal,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** Durable when it resolves. Throws `ProblemError`; what was recorded before stays, and the line may come again. */
  async take(who: Who, importId: string, contact: ContactDto): Promise<Told> {
    const { tenant, actor } = who;
    const said = this.consentsOf(who, contact);
    const by = { actor, causedBy: importId };
    let noted = false;
    const note = async (subjectId: string): Promise<void> => {
      if (!noted) await this.journal.note(tenant, importId, subjectId);
      noted = true;
    };
    const { subjectId, events, state } = await this.desk.import(tenant, contact, note, by);
    const person = { keys: state.addresses.map(({ key }) => key), state };
    const came: Came[] = [];
    // What the registration was proven by is sealed once, also for the consents of the line.
    const sealed = events
      .map(({ fact }) => ('evidence' in fact ? fact.evidence : null))
      .find((ref) => ref !== null);
    for (const { evidence, isOfLine, ...one } of said) {
      const seal = async () => {
        await note(subjectId);
        return isOfLine && sealed ? sealed : this.subjects.seal(tenant, subjectId, evidence);
      };
      came.push(await this.consents.give(tenant, subjectId, person, one, seal, by));
    }
    return told(
      subjectId,
      events.map(({ fact }) => fact),
      came,
    );
  }

  /** What would come of the line; records nothing. `seen` are those whom lines before it would register. */
  async foresee(who: Who, contact: ContactDto, seen: Seen): Promise<Told> {
    const { tenant } = who;
    const said = this.consentsOf(who, contact);
    const { person, keys, facts } = await this.desk.foresee(tenant, contact);
    if (person === null && seen.before(keys))
      return told(
        null,
        [],
        said.map(() => 'known'),
      );
    const all = [...new Set([...keys, ...(person?.keys ?? [])])];
    const known = { keys: all, state: person?.state ?? null };
    const came: Came[] = [];
    for (const one of said)
      came.push(await this.consents.foresee(tenant, person?.subjectId ?? null, known, one));
    const stopped = await this.stops(tenant, person?.subjectId ?? null, known);
    return { ...told(person?.subjectId ?? null, facts, came), ...(stopped.length > 0 && { stopped }) };
  }

  private async stops(
    tenant: string,
    subjectId: string | null,
    { keys, state }: { readonly keys: readonly string[]; readonly state: SubjectState | null },
  ): Promise<string[]> {
    const now = this.clock.now();
    const whom = { subjectId, state, version: 0, key: null, address: null, keys };
    return stopsOf(await this.standings.of(tenant, whom, now), this.policies.at(tenant, now), now);
  }

  private consentsOf({ tenant, scopes }: Who, contact: ContactDto): Said[] {
    const { consents = [] } = contact;
    if (consents.length > 0 && !scopes.has('consents'))
      throw new ProblemError('forbidden', 'The API key lacks the scope consents.');
    return consents.flatMap((one, index) => this.consentOf(tenant, contact, one, `/consents/${index}`));
  }

  private consentOf(tenant: string, contact: ContactDto, one: SaidConsentDto, pointer: string): Said[] {
    const when = one.occurredAt ?? contact.collectedAt ?? contact.occurredAt;
    const at = occurred(this.policies, this.clock, tenant, when, `${pointer}/occurredAt`);
    const { purpose } = one;
    const channels = channelsOf(this.policies.at(tenant, at), purpose, one.channels, pointer);
    const notice = noticeInForce(this.policies, tenant, one.notice ?? purpose, at, `${pointer}/notice`);
    const evidence = one.evidence ?? contact.evidence;
    if (evidence === undefined) {
      const detail = `${pointer}/evidence is missing: a consent that cannot be proven is none.`;
      throw new ProblemError('evidence-missing', detail);
    }
    const members = Object.entries(evidence).filter(([, value]) => value !== undefined);
    const pointerTo = `${pointer}/evidence/confirmedAt`;
    const step = instantOf(this.policies, tenant, evidence.confirmedAt, pointerTo, NaN);
    const confirmedAt = Number.isNaN(step) ? null : Math.min(step, this.clock.now());
    const document = toldByFile(Object.fromEntries(members));
    const said = {
      at,
      purpose,
      notice,
      confirmedAt,
      evidence: document,
      isOfLine: one.evidence === undefined,
    };
    return channels.map((channel) => ({ ...said, channel }));
  }
}

function told(
  subjectId: string | null,
  facts: readonly { readonly type: string }[],
  came: readonly Came[],
): Told {
  const isNew = facts.some(({ type }) => type === 'SubjectRegistered');
  const count = (what: Came) => came.filter((one) => one === what).length;
  const added = facts.flatMap((fact) => {
    if (fact.type === 'AddressAdded') return [1];
    return 'addresses' in fact && Array.isArray(fact.addresses) ? [fact.addresses.length] : [];
  });
  const declined = facts.flatMap((fact) =>
    'declined' in fact && Array.isArray(fact.declined) ? [fact.declined.length] : [],
  );
  const sum = (all: readonly number[]) => all.reduce((before, one) => before + one, 0);
  const changed = facts.length > 0 || count('given') > 0;
  return {
    status: isNew ? 201 : 200,
    outcome: isNew ? 'new' : changed ? 'changed' : 'unchanged',
    subjectId,
    addresses: sum(added),
    declined: sum(declined),
    consents: { given: count('given'), known: count('known'), stopped: count('stopped') },
  };
}
