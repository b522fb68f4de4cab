import { Injectable, Logger } from '@nestjs/common';
import type { Decision } from '@assent/contract';
import { Policies, type Policy } from '@assent/policy';
import { Gate, Subjects, type Question } from '@assent/ports';
import { decide } from './decide.js';
import type { Standing } from './standing.js';
import { Standings } from './standings.service.js';

export interface Judgement {
  readonly decision: Decision;
  readonly policy: Policy;
  readonly standing?: Standing;
}

/** The decision as a service. Whatever cannot be read is answered no (`stale`), never guessed. */
@Injectable()
export class EligibilityGate extends Gate {
  private readonly logger = new Logger('EligibilityGate');

  constructor(
    private readonly subjects: Subjects,
    private readonly standings: Standings,
    private readonly policies: Policies,
  ) {
    super();
  }

  override async decide(tenant: string, question: Question): Promise<Decision> {
    return (await this.judge(tenant, question)).decision;
  }

  /** The decision, with the standing that it rests on; none when nothing could be read. */
  async judge(tenant: string, question: Question): Promise<Judgement> {
    const { subject, purpose, channel, at, except, explain } = question;
    const policy = this.policies.at(tenant, at);
    const no = (code: 'malformed' | 'stale', rule: string): Judgement => ({
      policy,
      decision: { allowed: false, code, reasons: [{ code, rule }], policy: policy.id, revision: 0 },
    });
    try {
      const who = await this.subjects.resolve(tenant, subject);
      if ('malformed' in who) return no('malformed', 'addressMalformed');
      const standing = await this.standings.of(tenant, who, at);
      const decision = decide(standing, policy, purpose, channel, at, { except, explain });
      return { policy, standing, decision };
    } catch (error) {
      this.logger.error(error, `a question of ${tenant} cannot be decided, so the answer is no`);
      return no('stale', 'recordUnreadable');
    }
  }
}
