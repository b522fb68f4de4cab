import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { By, Needs, type Caller } from '@assent/http';
import type { Permit } from './permit.js';
import { PermitCheckDto, PermitCheckView } from './permits.dto.js';
import { Permits } from './permits.service.js';

/** Whoever is about to send shows the permit and hears whether it holds at this moment. Records nothing. */
@ApiTags('prospects')
@ApiBearerAuth()
@Controller('v1/permits')
@Needs('eligibility')
export class PermitsController {
  constructor(private readonly permits: Permits) {}

  @Post('verify')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Says whether a permit holds now: everything is decided again',
    description: 'Send only on `valid: true`, and right away. Every other answer, and none, is a no.',
  })
  @ApiOkResponse({ type: PermitCheckView })
  async verify(
    @Body() { permit: token }: PermitCheckDto,
    @By() { tenant }: Caller,
  ): Promise<PermitCheckView> {
    const { code, permit } = await this.permits.check(tenant, token);
    return { valid: code === 'allowed', code, ...(permit !== undefined && shown(permit)) };
  }
}

function shown({ issuedAt, expiresAt, ...permit }: Permit): Omit<PermitCheckView, 'valid' | 'code'> {
  const { subjectId, addressKey, solicitationId, campaign, purpose, channel } = permit;
  const { eventId, basis, groundEventId, policy, revision } = permit;
  return {
    ...{ subjectId, addressKey, solicitationId, campaign, purpose, channel },
    ...{ eventId, basis, groundEventId, policy, revision },
    issuedAt: new Date(issuedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
