import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import { Standings } from '@assent/eligibility';
import { By, iso, knownById, Needs, ProblemError, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Deliveries, EventLog, Subjects, type DeliveryRow } from '@assent/ports';
import { agreementsOf, carriedBy, choicesOf, objectionsOf, subscriptionsOf } from './picture.js';
import { PreferencesDto } from './preferences.dto.js';
import { withRefusals, type GuardedRow } from './refused-at-send.js';

const PAGE = 500;

/** GDPR art. 12(1), 15: one person's choices in one picture, and where each has been carried to. No clear address. */
@ApiTags('subjects')
@ApiBearerAuth()
@Needs('subjects')
@Controller('v1/subjects')
export class PreferencesController {
  constructor(
    private readonly subjects: Subjects,
    private readonly standings: Standings,
    private readonly deliveries: Deliveries,
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Get(':id/preferences')
  @ApiOperation({
    summary: 'Every purpose and channel with its state and why, and where each choice was carried to',
  })
  @ApiOkResponse({ type: PreferencesDto })
  async show(@Param('id') id: string, @By() { tenant }: Caller): Promise<PreferencesDto> {
    const who = await knownById(this.subjects, tenant, id);
    if (who.state === null || who.state.erasedAt !== null) {
      throw new ProblemError('subject-unknown', 'Nobody is registered under this id.');
    }
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    const standing = await this.standings.of(tenant, who, now);
    const choices = choicesOf(standing, policy, now);
    const agreements = agreementsOf(standing);
    const rows = await this.rows(tenant, who.subjectId);
    return {
      subjectId: who.subjectId,
      purposes: choices.map((choice) => ({ ...choice, since: iso(choice.since) })),
      objections: objectionsOf(standing, policy, now).map(({ since, until, except, ...entry }) => ({
        ...entry,
        since: iso(since),
        until: iso(until),
        except: except.map(({ purpose, channel }) => ({ purpose, channel })),
      })),
      consents: agreements.map(({ givenAt, confirmedAt, expiredAt, withdrawnAt, ...agreement }) => ({
        ...agreement,
        givenAt: iso(givenAt),
        confirmedAt: iso(confirmedAt),
        expiredAt: iso(expiredAt),
        withdrawnAt: iso(withdrawnAt),
      })),
      subscriptions: subscriptionsOf(choices, standing, policy),
      integrations: rows.map(carriedBy).map(({ verifiedAt, refusedAtSend, ...carried }) => ({
        ...carried,
        verifiedAt: iso(verifiedAt),
        refusedAtSend: refusedAtSend && { ...refusedAtSend, lastAt: iso(refusedAtSend.lastAt) as string },
      })),
      policy: policy.id,
      revision: standing.revision,
    };
  }

  private async rows(tenant: string, subjectId: string): Promise<GuardedRow[]> {
    const rows: DeliveryRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.deliveries.list(tenant, { subjectId }, PAGE, cursor);
      rows.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return withRefusals(this.log, rows);
  }
}
