import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, invalid, iso, Needs, ProblemError, type Caller } from '@assent/http';
import { Authenticity, ErasureAccepted, ErasureDto, RequestView } from './erasure.dto.js';
import { requestOf, subjectOf } from './erasure.js';
import { Erasures } from './erasures.service.js';

/** GDPR art. 17: erasure, who was told of it (art. 19), and the proof. */
@ApiTags('subjects')
@ApiBearerAuth()
@Needs('subjects')
@Controller('v1')
export class ErasureController {
  constructor(private readonly erasures: Erasures) {}

  @Post('subjects/:id/erasure')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Erase a person: refused everywhere at once, then told to every tool. Again: the same request',
  })
  @ApiAcceptedResponse({ type: ErasureAccepted })
  async erase(
    @By() { tenant, actor, commandId }: Caller,
    @Param('id') id: string,
    @Body() { reason }: ErasureDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureAccepted> {
    if (!(await this.erasures.request(tenant, id, reason, { actor, commandId }))) {
      throw new ProblemError('subject-unknown', 'Nobody is registered under this id.');
    }
    void reply.header('location', `/v1/requests/${requestOf(id)}`);
    return { requestId: requestOf(id) };
  }

  @Get('requests/:requestId')
  @ApiOperation({ summary: 'How far a request is, what waits, and the certificate at its end' })
  @ApiOkResponse({ type: RequestView })
  async show(@By() { tenant }: Caller, @Param('requestId') requestId: string): Promise<RequestView> {
    const subjectId = subjectOf(requestId);
    const found = subjectId === undefined ? undefined : await this.erasures.progress(tenant, subjectId);
    if (found === undefined) throw new ProblemError('not-found', 'There is no such request.');
    const { requestedAt, until, recipients, ...rest } = found;
    return {
      requestId,
      kind: 'erasure',
      ...rest,
      requestedAt: iso(requestedAt) as string,
      until: iso(until) as string,
      integrations: recipients.map(({ toldAt, verifiedAt, ...recipient }) => ({
        ...recipient,
        desired: 'erase',
        toldAt: iso(toldAt),
        verifiedAt: iso(verifiedAt),
      })),
    };
  }

  @Post('certificates/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether a certificate is as it was issued here' })
  @ApiBody({ schema: { type: 'object', description: 'The certificate, every member of it.' } })
  @ApiOkResponse({ type: Authenticity })
  verify(@By() { tenant }: Caller, @Body() certificate: unknown): Authenticity {
    if (typeof certificate !== 'object' || certificate === null || Array.isArray(certificate))
      throw invalid('', 'must be a certificate');
    return { authentic: this.erasures.isAuthentic(tenant, certificate as Record<string, unknown>) };
  }
}
