import type { Channel } from '@assent/contract';
import type { Policy, PurposeRules } from '@assent/policy';
import { prospectAt, type ProspectStanding } from '@assent/prospect';
import { groundsOf, type Grounds } from './grounds.js';
import type { Standing } from './standing.js';
import { objectionInForce, type Place, type Stop } from './stops.js';

/** One question to a standing. What several rules ask is computed once. Pure; instants are epoch milliseconds. */
export class Asked implements Place {
  /** Undefined: the policy does not declare the purpose, or not for this channel, or for no message at all. */
  readonly rules: PurposeRules | undefined;
  private walked: ProspectStanding | undefined;
  private found: Grounds | undefined;

  constructor(
    readonly standing: Standing,
    readonly policy: Policy,
    readonly purpose: string,
    readonly channel: Channel,
    readonly at: number,
    private readonly except?: string,
  ) {
    const rules = policy.purpose(purpose);
    const declared = rules !== undefined && rules.class !== 'internal' && rules.channels.includes(channel);
    this.rules = declared ? rules : undefined;
  }

  /** Where the person stands as a prospect; a solicitation never counts against itself. */
  get prospect(): ProspectStanding {
    return (this.walked ??= prospectAt(this.standing.prospect, this.policy.prospect, this.at, this.except));
  }

  /** Only marketing can be opposed (seeds K10, K13). */
  objection(): Stop | undefined {
    return this.rules?.class === 'marketing' ? objectionInForce(this) : undefined;
  }

  get grounds(): Grounds {
    if (this.rules === undefined) return { holding: [], uninformed: false };
    return (this.found ??= groundsOf(this, this.rules, () => this.prospect));
  }
}
