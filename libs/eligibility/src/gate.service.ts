import { Injectable, Logger } from '@nestjs/common';
import type { Decision } from '@assent/contract';
import { Policies } from '@assent/policy';
import { Gate, Subjects, type Question, type ResolvedSubject } from '@assent/ports';
import { decide } from './decide.js';
import { Standings } from './standings.service.js';

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
    const resolved = await this.subjects.resolve(tenant, question.subject);
    if ('malformed' in resolved) return this.refused(tenant, question.at, 'malformed');
    return this.decideFor(tenant, resolved, question);
  }

  async decideFor(
    tenant: string,
    who: ResolvedSubject,
    question: Omit<Question, 'subject'>,
  ): Promise<Decision> {
    const { purpose, channel, at, except, explain } = question;
    try {
      const standing = await this.standings.of(tenant, who, at);
      return decide(standing, this.policies.at(tenant, at), purpose, channel, at, {
        ...(except !== undefined && { except }),
        ...(explain !== undefined && { explain }),
      });
    } catch (error) {
      this.logger.error(`a decision of ${tenant} failed and is answered no: ${String(error)}`);
      return this.refused(tenant, at, 'stale');
    }
  }

  private refused(tenant: string, at: number, code: 'malformed' | 'stale'): Decision {
    const rule = code === 'malformed' ? 'addressMalformed' : 'recordUnreadable';
    return {
      allowed: false,
      code,
      reasons: [{ code, rule }],
      policy: this.policies.at(tenant, at).id,
      revision: 0,
    };
  }
}
