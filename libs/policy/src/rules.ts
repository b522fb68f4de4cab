import type { Channel, NoticeRef } from '@assent/contract';

export type Basis = 'consent' | 'softOptIn' | 'legitimateInterest' | 'contract' | 'legalObligation';
/** Who is asked about: consumer (B2C), existing customer, professional (B2B; generic addresses too). */
export type BasisContext = 'consumer' | 'customer' | 'professional';

/** One purpose as the policy declares it; an undeclared child has its nearest declared ancestor's rules. */
export interface PurposeRules {
  /** The declared id whose rules these are. */
  readonly declared: string;
  readonly class: 'marketing' | 'service' | 'internal';
  /** True for commercial approaches: counted, and under the prospect clock (seeds K10). */
  readonly prospecting: boolean;
  readonly channels: readonly Channel[];
  /** The ground per context; keys the policy leaves silent are filled from the law-default pack (seeds K18). */
  readonly basis: Readonly<Record<BasisContext, Basis>>;
  readonly conditions: readonly string[];
  /** When a consent given at `since` ends; `undefined`: it does not end by time. */
  consentEndsAt(since: number): number | undefined;
}

/** Instants of the acts a clock may start from; absent = never happened. Epoch milliseconds. */
export interface Anchors {
  readonly collection?: number;
  readonly contactByPerson?: number;
  readonly click?: number;
  readonly signIn?: number;
  readonly contractEnd?: number;
}

export interface ProspectRules {
  /** `undefined`: the policy has no such limit. */
  readonly unansweredLimit: number | undefined;
  /**
   * End of the inactivity period from the policy's anchors (latest of `startsOn`, else of `fallback`); `undefined`
   * when no anchor has happened. A version that lengthens reaches nobody who was not told (seeds K17), so this is the
   * earliest end among the versions in force since the data was collected.
   */
  inactivityEndsAt(anchors: Anchors): number | undefined;
  /** End of the time to answer the last allowed solicitation, sent at `since`; `undefined` when the policy is silent. */
  answerWindowEndsAt(since: number): number | undefined;
  readonly atEnd: 'delete' | 'anonymise' | 'archive';
  readonly startsOn: readonly string[];
}

export interface OppositionRules {
  /** When an entry made at `since` leaves the list. */
  keptUntil(since: number): number;
  readonly scope: string;
}

/** One version of one tenant's policy, compiled: functions and epoch milliseconds, no dates to calculate. */
export interface Policy {
  readonly tenant: string;
  readonly version: number;
  /** `presentinfini@1` */
  readonly id: string;
  /** BCP 47 */
  readonly locale: string;
  readonly timezone: string;
  readonly brands: readonly string[];
  /** Declared purposes, in the order of the file. */
  readonly purposes: readonly PurposeRules[];
  /** The rules that govern a purpose, walking up the tree; `undefined`: not declared, so refused. */
  purpose(id: string): PurposeRules | undefined;
  readonly confirmation: {
    readonly doubleOptIn: boolean;
    readonly perList: boolean;
    /** From when on the link of a request made at `since` confirms nothing; seven days unless the policy says. */
    linkEndsAt(since: number): number;
  };
  readonly prospect: ProspectRules;
  readonly opposition: OppositionRules;
  /** Rights that the policy promises at the end of each mail: `access`, `rectification`, …; none when it is silent. */
  readonly notices: { readonly inEachMail: readonly string[] };
  /** Keys that a person or an operator filled, and those the law-default pack filled: for the decision trace. */
  readonly filledByLaw: readonly string[];
  /** When the next version takes effect; `undefined`: none is known. */
  readonly nextVersionAt: number | undefined;
}

export interface Notice extends NoticeRef {
  /** By BCP 47 locale. Markdown. */
  readonly texts: Readonly<Record<string, string>>;
  /** Epoch milliseconds; version 1 holds since always. */
  readonly effectiveFrom: number;
}

/** Why an integration is not activated, with a sentence for the operator. */
export interface Inactive {
  readonly code: 'transfer-forbidden' | 'recipient-unlisted' | 'sharing-forbidden';
  readonly detail: string;
}

export interface Processor {
  readonly name: string;
  /** ISO 3166 */
  readonly country: string;
  readonly mechanism?: string;
  readonly contract?: string;
  /** How it stands to the tenant; a processor unless said otherwise. */
  readonly relation?: 'processor' | 'partner' | 'supplier';
}

/** One entry of `integrations.yaml`, placeholders resolved. */
export interface Integration {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly role: 'marketing' | 'transactional' | 'mixed';
  readonly enabled: boolean;
  readonly purposes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly unknownContact: 'skip' | 'tombstone';
  /** None: the tenant's own system. */
  readonly processor: Processor | undefined;
  /** Everything the kind itself understands: `apiKey`, `baseUrl`, `url`, `secret`, … */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Everything tenants have written down, loaded and checked at the start. */
export abstract class Policies {
  abstract tenants(): readonly string[];
  abstract has(tenant: string): boolean;
  /** The version in force at the instant (seeds K17). Throws for an unknown tenant. */
  abstract at(tenant: string, instant: number): Policy;
  /** `offers@2` or `offers`, which is its newest version at the instant; `undefined` when there is none. */
  abstract notice(tenant: string, ref: string, instant: number): Notice | undefined;
  /** The newest version with `effectiveFrom` at or before the instant is the current one; `ref` names a version. */
  abstract isCurrent(tenant: string, ref: string, instant: number): boolean;
  /** Message of `texts.<locale>.yaml`, in the locale, else the policy's, else English; `undefined` when unwritten. */
  abstract text(tenant: string, key: string, locale?: string): string | undefined;
  abstract integrations(tenant: string): readonly Integration[];
  /** Why the policy in force forbids the integration, if it does. */
  abstract inactive(integration: Integration, instant: number): Inactive | undefined;
  /** An instant as clients write it: RFC 3339 with offset, or a bare date = 00:00 local (seeds K5). Epoch ms. */
  abstract instant(tenant: string, text: string): number | undefined;
  /** Start instants of versions and notices, ascending: when decisions must be planned anew. */
  abstract turningPoints(tenant: string): readonly number[];
}
