/** A policy as it is written: the shape that `policySchema` admits. */
import type { Channel } from '@assent/contract';
import type { Basis, BasisContext } from './rules.js';

export interface PurposeDocument {
  readonly class: 'marketing' | 'service' | 'internal';
  readonly prospecting?: boolean;
  readonly channels: readonly Channel[];
  readonly basis?: Partial<Record<BasisContext, Basis>>;
  readonly conditions?: readonly string[];
  readonly consentExpiry?: string;
}

export interface ProspectDocument {
  readonly inactivity?: string;
  readonly startsOn?: readonly string[];
  readonly fallback?: readonly string[];
  readonly unansweredLimit?: number;
  readonly answerWindow?: string;
  readonly atEnd?: 'delete' | 'anonymise' | 'archive';
}

export interface ProcessorDocument {
  readonly name: string;
  readonly country?: string;
  readonly mechanism?: string;
  readonly connectors?: readonly string[];
  readonly recipientListed?: boolean;
}

/** Recorded, not yet acted upon; here is what is checked beyond the schema. */
export interface RetentionDocument {
  readonly thenMin?: string;
  readonly thenMax?: string;
}

export interface PolicyDocument {
  readonly tenant: string;
  readonly source: string;
  readonly version: number;
  readonly locale: string;
  readonly timezone: string;
  readonly effectiveFrom?: string;
  readonly brands?: readonly string[];
  readonly purposes: Readonly<Record<string, PurposeDocument>>;
  readonly confirmation?: {
    readonly doubleOptIn?: boolean;
    readonly perList?: boolean;
    readonly linkLife?: string;
  };
  readonly prospect?: ProspectDocument;
  readonly opposition?: { readonly retention?: string; readonly scope?: string };
  readonly retention?: readonly RetentionDocument[];
  readonly notices?: { readonly inEachMail?: readonly string[] };
  readonly sharing?: { readonly thirdParties?: 'forbidden' | 'listed' | 'partners' };
  readonly transfers?: { readonly outsideEU?: 'forbidden' | 'allowed' | 'withMechanism' };
  readonly processors?: readonly ProcessorDocument[];
}
