import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import { decide, Standings, type Standing } from '@assent/eligibility';
import { By, iso, knownById, Needs, type Caller } from '@assent/http';
import { listed } from '@assent/opposition';
import { Policies, type Policy } from '@assent/policy';
import { Deliveries, Subjects } from '@assent/ports';
import { PreferencesDto } from './preferences.dto.js';

const MOST_DELIVERIES = 500;

@ApiTags('subjects')
@Needs('subjects')
@Controller('v1/subjects')
export class PreferencesController {
  constructor(
    private readonly subjects: Subjects,
    private readonly standings: Standings,
    private readonly deliveries: Deliveries,
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
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    const standing = await this.standings.of(tenant, who, now);
    const rows = await this.deliveries.list(tenant, { subjectId: who.subjectId }, MOST_DELIVERIES);
    return {
      subjectId: who.subjectId,
      purposes: purposesOf(standing, policy, now),
      objections: listed(standing.oppositions, policy.opposition, now).map(
        ({ since, until, except, ...entry }) => ({
          ...entry,
          since: iso(since),
          until: iso(until),
          except: except.map(({ purpose, channel }) => ({ purpose, channel })),
        }),
      ),
      subscriptions: [],
      integrations: rows.items.map(({ integration, addressKey, state, desired, verifiedAt }) => ({
        integration,
        addressKey,
        state,
        allMarketing: desired.allMarketing,
        verifiedAt: iso(verifiedAt),
      })),
      policy: policy.id,
      revision: standing.revision,
    };
  }
}

const purposesOf = (standing: Standing, policy: Policy, now: number) =>
  policy.purposes.flatMap(({ declared, channels }) =>
    channels.map((channel) => {
      const { allowed, code, reasons, basis } = decide(standing, policy, declared, channel, now);
      const since = reasons[0]?.since;
      return {
        purpose: declared,
        channel,
        allowed,
        code,
        basis: basis ?? null,
        since: since !== undefined && Number.isFinite(since) ? iso(since) : null,
      };
    }),
  );
