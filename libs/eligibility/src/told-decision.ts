import type { Decision } from '@assent/contract';
import { iso } from '@assent/http';
import type { DecisionDto } from './eligibility.dto.js';

/** A decision as clients are told: instants as RFC 3339. */
export const toldDecision = ({ reasons, validUntil, ...decision }: Decision): DecisionDto => ({
  ...decision,
  reasons: reasons.map(({ since, ...reason }) => ({
    ...reason,
    ...(since !== undefined && { since: iso(since) as string }),
  })),
  ...(validUntil !== undefined && { validUntil: iso(validUntil) as string }),
});
