import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import { By, Needs, occurred, ProblemError, resolve, written, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Subjects } from '@assent/ports';
import { SignUps } from './sign-ups.service.js';
import { SubscriptionDto, SubscriptionWritten } from './subscriptions.dto.js';
import { Subscriptions } from './subscriptions.service.js';

/** Sign-ups as tools report them. Nobody is subscribed before the person has confirmed from their own mailbox. */
@ApiTags('subscriptions')
@ApiBearerAuth()
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly signUps: SignUps,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(202)
  @Needs('subscriptions')
  @ApiOperation({
    summary: 'Ask a person to confirm a subscription (double opt-in); the same answer whatever is known',
  })
  @ApiAcceptedResponse({ type: SubscriptionWritten })
  async request(@Body() body: SubscriptionDto, @By() caller: Caller): Promise<SubscriptionWritten> {
    const { tenant, actor, commandId } = caller;
    const { purpose, evidence, locale } = body;
    const at = occurred(this.policies, this.clock, tenant, body.occurredAt);
    if (!this.signUps.isList(tenant, purpose, at)) {
      throw new ProblemError(
        'purpose-unknown',
        '/purpose is no list of the policy in force that e-mails go to.',
      );
    }
    if (evidence === undefined) {
      throw new ProblemError(
        'evidence-missing',
        '/evidence is missing: a sign-up that cannot be proven is none.',
      );
    }
    const notice = this.signUps.noticeNamed(tenant, body.notice, at);
    const found = await resolve(this.subjects, tenant, body.subject);
    const addressee = await this.signUps.addressee(tenant, found, { at, actor, locale });
    const signUp = { ...addressee, purpose, notice, evidence: { ...evidence }, at };
    const { event, revision } = await this.subscriptions.request(tenant, signUp, { actor, commandId });
    return {
      status: 'pending',
      ...written(event === undefined ? [] : [event], addressee.subjectId, revision),
    };
  }
}
