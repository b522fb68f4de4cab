import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { normaliseAddress } from '@assent/contract';
import { instantOf, invalid, type Shortcut } from '@assent/http';
import { Policies } from '@assent/policy';
import { pairOf, untilTold } from './compiled.js';
import type { DecisionDto, QuestionDto } from './eligibility.dto.js';
import { EligibilityGate } from './gate.service.js';
import { plainQuestion } from './plain-question.js';
import { toldDecision } from './told-decision.js';
import { VerdictIndex } from './verdict-index.service.js';

/** Answers single questions, whichever way they come in. */
@Injectable()
export class AnswerDesk {
  constructor(
    private readonly gate: EligibilityGate,
    private readonly index: VerdictIndex,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** Plain questions about now, before Nest: an answer told before that still holds, or one from the heads. */
  readonly shortcut: Shortcut = {
    url: '/v1/eligibility',
    scope: 'eligibility',
    answer: (tenant, body) => {
      const question = plainQuestion(body);
      if (question === undefined || question.at !== undefined || question.explain === true) return undefined;
      return this.plain(tenant, question);
    },
  };

  async answer(tenant: string, question: QuestionDto): Promise<DecisionDto> {
    const at = instantOf(this.policies, tenant, question.at, '/at', this.clock.now());
    return (await this.decided(tenant, question, at)).answer;
  }

  private plain(tenant: string, question: QuestionDto): string | Promise<string> | undefined {
    const { subject, purpose, channel } = question;
    const [kind, another] = Object.keys(subject) as (keyof typeof subject)[];
    if (kind === undefined || another !== undefined) return undefined;
    const at = this.clock.now();
    const address = kind === 'id' ? undefined : normaliseAddress(kind, subject[kind]);
    const key = address && this.index.keyOf(tenant, address);
    const policy = this.policies.at(tenant, at);
    const pair = pairOf(policy, purpose, channel);
    const told = key && pair !== undefined ? this.index.told(tenant, key, pair) : undefined;
    if (told?.policy === policy && told.from <= at && at < told.until) return told.text;
    return this.first(tenant, question, at, key, pair);
  }

  /** From the heads; kept when it is about an address of somebody. */
  private async first(
    tenant: string,
    question: QuestionDto,
    at: number,
    key: string | undefined,
    pair: number | undefined,
  ): Promise<string> {
    const room = key !== undefined && pair !== undefined ? this.index.room(tenant, key) : undefined;
    const { answer, policy, standing } = await this.decided(tenant, question, at);
    const text = JSON.stringify(answer);
    const until = room && standing && untilTold(standing, policy, at);
    if (until !== undefined && pair !== undefined) room?.set(pair, { text, policy, from: at, until });
    return text;
  }

  private async decided(tenant: string, question: QuestionDto, at: number) {
    const { subject, purpose, channel, explain = false } = question;
    const [member, another] = Object.entries(subject).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    if (member === undefined || another !== undefined) {
      throw invalid('/subject', 'must have exactly one of id, email, phone, externalId');
    }
    const judgement = await this.gate.judge(tenant, { subject, purpose, channel, at, explain });
    const { decision } = judgement;
    if (decision.code === 'malformed') throw invalid(`/subject/${member}`, `is not a valid ${member}`);
    return { ...judgement, answer: toldDecision(decision) };
  }
}
