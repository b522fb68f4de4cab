import { CHANNELS, type Channel } from '@assent/contract';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

/** Longer than any permit is. */
const LONGEST = 8_192;

export class PermitCheckDto {
  @ApiProperty({
    example: 'AZq3nX1bMSwicHJlc2VudGluZmluaSIsInN1Yl8wMUpE…',
    description: '`permit` of `POST /v1/solicitations`, as it was answered.',
  })
  @IsString()
  @Length(1, LONGEST)
  permit!: string;
}

/** What the permit says stands beside the answer unless it is no permit of this tenant. */
export class PermitCheckView {
  @ApiProperty({ example: true }) valid!: boolean;
  @ApiProperty({
    example: 'allowed',
    description:
      '`allowed`; `permit-forged`, `permit-of-another-tenant`, `permit-expired`, `permit-used` (reported as delivered), ' +
      '`permit-given-back` (reversed, or 72 h old); or the code of the decision at this moment.',
  })
  code!: string;
  @ApiPropertyOptional({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId?: string;
  @ApiPropertyOptional({ nullable: true, type: String, example: '5f1d7a84b0c3e2964d5a7f10c8b3e29d' })
  addressKey?: string | null;
  @ApiPropertyOptional({ example: 'spring-4711' }) solicitationId?: string;
  @ApiPropertyOptional({ example: 'spring' }) campaign?: string;
  @ApiPropertyOptional({ example: 'prospecting' }) purpose?: string;
  @ApiPropertyOptional({ enum: CHANNELS, example: 'email' }) channel?: Channel;
  @ApiPropertyOptional({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC', description: 'The reservation.' })
  eventId?: string;
  @ApiPropertyOptional({ nullable: true, type: String, example: 'consent', description: 'Of the decision.' })
  basis?: string | null;
  @ApiPropertyOptional({
    ...{ nullable: true, type: String, example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' },
    description: 'The event that gave the ground.',
  })
  groundEventId?: string | null;
  @ApiPropertyOptional({ example: 'presentinfini@1' }) policy?: string;
  @ApiPropertyOptional({ example: 7, description: 'Of the decision that the permit rests on.' })
  revision?: number;
  @ApiPropertyOptional({ example: '2026-05-04T08:12:00.000Z' }) issuedAt?: string;
  @ApiPropertyOptional({ example: '2026-05-04T08:27:00.000Z' }) expiresAt?: string;
}
