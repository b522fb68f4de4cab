import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock } from '@assent/kernel';
import { isOwnAct, type NoticeRef } from '@assent/contract';
import { By, Needs, occurred, ProblemError, resolve, written, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { EventLog, Subjects, type ResolvedSubject } from '@assent/ports';
import { refusalOf, type ConsentCommand } from './consent.js';
import { ConsentDto, ConsentWritten } from './consents.dto.js';
import { Consents, type ConsentEvent } from './consents.service.js';
import { sameAct, standing, type Act } from './earlier.js';
import { channelsOf, noticeInForce, refusalsOf } from './giving.js';

type Person = ResolvedSubject & { readonly subjectId: string };

/** Consent given or withdrawn, as tools report it. GDPR art. 7: provable, and withdrawn as easily as given. */
@ApiTags('consents')
@ApiBearerAuth()
@Controller('v1/consents')
export class ConsentsController {
  constructor(
    private readonly log: EventLog,
    private readonly consents: Consents,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Needs('consents')
  @ApiOperation({ summary: 'Record that a person gave or withdrew consent for a purpose' })
  @ApiCreatedResponse({ type: ConsentWritten })
  @ApiOkResponse({ type: ConsentWritten, description: 'Recorded before: the earlier event.' })
  async decide(
    @Body() body: ConsentDto,
    @By() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsentWritten> {
    const { tenant, actor, commandId } = caller;
    const at = occurred(this.policies, this.clock, tenant, body.occurredAt);
    const policy = this.policies.at(tenant, at);
    const { purpose } = body;
    const channels = channelsOf(policy, purpose, body.channels);
    const notice = body.decision === 'given' ? this.noticeOf(tenant, body, at) : null;
    const act: Act = { at, purpose, channels, notice, method: body.evidence?.method ?? null };
    const confirmedAt = this.confirmedAt(tenant, body);
    const person = await this.person(caller, body, at);
    const { subjectId } = person;

    const history = await this.consents.history(tenant, subjectId);
    const before = sameAct(history, act);
    if (before !== undefined) {
      const own = commandId !== null && before.every((event) => event.commandId === commandId);
      reply.status(own ? 201 : 200);
      return answer(before, subjectId, history.length);
    }
    const evidence = body.evidence
      ? { ...(await this.subjects.seal(tenant, subjectId, { ...body.evidence, confirmedAt })), confirmedAt }
      : null;
    const command: ConsentCommand =
      notice === null || evidence === null
        ? { type: 'withdraw', at, purpose, channels, evidence }
        : {
            type: 'give',
            at,
            purpose,
            channels,
            notice,
            evidence,
            confirmedAt,
            objections: await refusalsOf(this.log, tenant, person, act, policy),
            toldLate: this.clock.now() - at > PROMPT_MS,
          };
    const handled = await this.consents.send(tenant, subjectId, command, at, { actor, commandId });
    const { events, state, version } = handled;
    reply.status(events.length > 0 ? 201 : 200);
    const told =
      events.length > 0 ? events : standing(await this.consents.history(tenant, subjectId), state, act);
    return answer(told as ConsentEvent[], subjectId, version);
  }

  private noticeOf(tenant: string, { notice: ref, evidence }: ConsentDto, at: number): NoticeRef {
    if (evidence === undefined) {
      throw new ProblemError(
        'evidence-missing',
        '/evidence is missing: a consent that cannot be proven is none.',
      );
    }
    return noticeInForce(this.policies, tenant, ref, at);
  }

  private confirmedAt(tenant: string, { evidence }: ConsentDto): number | null {
    if (evidence?.confirmedAt === undefined) return null;
    return occurred(this.policies, this.clock, tenant, evidence.confirmedAt, '/evidence/confirmedAt');
  }

  /** An unknown address registers the person; an unknown id does not. */
  private async person(caller: Caller, { subject, evidence }: ConsentDto, at: number): Promise<Person> {
    const { tenant, actor } = caller;
    let found = await resolve(this.subjects, tenant, subject);
    if (found.subjectId === null && found.address !== null) {
      const own = evidence !== undefined && isOwnAct(evidence.method);
      found = await this.subjects.register(tenant, found.address, { source: 'consent', at, actor, own });
    }
    if (found.subjectId === null || (found.state?.erasedAt ?? null) !== null) {
      throw new ProblemError('subject-unknown', 'Nobody is registered under this id.');
    }
    return { ...found, subjectId: found.subjectId };
  }
}

/** An act told within minutes was told when it happened. */
const PROMPT_MS = 5 * 60_000;

/** What came of it; a consent that could only be noted is told as the conflict that it is. */
function answer(events: readonly ConsentEvent[], subjectId: string, revision: number): ConsentWritten {
  const noted = events.flatMap(({ fact }) => (fact.type === 'ConsentNoted' ? [fact] : []));
  const conflict = noted.length === events.length ? refusalOf(noted) : undefined;
  if (conflict !== undefined) throw new ProblemError(conflict.refused, conflict.detail);
  return {
    ...written(events, subjectId, revision),
    ...(noted.length > 0 && { noted: noted.map(({ channels, because }) => ({ channels, because })) }),
  };
}
