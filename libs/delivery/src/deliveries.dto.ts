import {
  DELIVERY_STATES,
  DRIFT_CAUSES,
  LANES,
  type DeliveryStateName,
  type DriftCause,
  type Lane,
} from '@assent/contract';
import { StandDto } from './audits.dto.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

const KEY = '5f1d7a84b0c3e2964d5a7f10c8b3e29d';

export class ListDeliveriesDto {
  @ApiPropertyOptional({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC', description: 'A subject id.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  subject?: string;

  @ApiPropertyOptional({ example: 'mailchimp-main' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  integration?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATES, example: 'verified' })
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  state?: DeliveryStateName;

  @ApiPropertyOptional({ example: 50, minimum: 1, maximum: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  @ApiPropertyOptional({ description: 'The `next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;
}

export class CallDto {
  @ApiProperty({ example: 'PATCH /lists/{list}/members/{hash}' }) operation!: string;
  @ApiProperty({ description: 'Keyed digest of the request body.' }) requestDigest!: string;
  @ApiProperty({ type: String, nullable: true }) responseDigest!: string | null;
  @ApiProperty({ type: Number, nullable: true, example: 200 }) status!: number | null;
  @ApiProperty({ type: String, nullable: true }) vendorRequestId!: string | null;
}

/** One attempt's proof, or one read-back's. */
export class ReceiptDto {
  @ApiProperty({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' }) eventId!: string;
  @ApiProperty({ example: 'DeliveryVerified' }) type!: string;
  @ApiProperty({ example: '2026-05-04T08:12:05.000Z' }) at!: string;
  @ApiProperty({ example: 'verified', description: 'Class of the outcome.' }) outcome!: string;
  @ApiProperty({ type: String, nullable: true }) detail!: string | null;
  @ApiProperty({ example: 1 }) attempt!: number;
  @ApiProperty({ example: 3 }) revision!: number;
  @ApiProperty({ example: 'mailchimp@1' }) connector!: string;
  @ApiProperty({ type: String, nullable: true, example: 'suppressed', description: 'What was read back.' })
  observed!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The event whose act was carried.' })
  causedBy!: string | null;
  @ApiProperty({
    ...{ enum: DRIFT_CAUSES, nullable: true, example: null },
    description: 'Of drift: how it came about, by what the tool itself says.',
  })
  cause!: DriftCause | null;
  @ApiProperty({ type: [CallDto] }) calls!: readonly CallDto[];
}

export class RefusedAtSendDto {
  @ApiProperty({ example: 3, description: 'Messages; one that names its `messageId` counts once.' })
  times!: number;
  @ApiProperty({ example: '2026-05-04T08:12:05.000Z' }) lastAt!: string;
  @ApiProperty({ example: 'objection-in-force' }) lastCode!: string;
}

export class DeliveryDto {
  @ApiProperty({ example: `mailchimp-main:${KEY}` }) id!: string;
  @ApiProperty({ example: 'mailchimp-main' }) integration!: string;
  @ApiProperty({ type: String, nullable: true, example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' })
  subjectId!: string | null;
  @ApiProperty({ example: KEY }) addressKey!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the tool must be brought to: verdict, code and instant by purpose and channel.',
    example: {
      kind: 'email',
      purposes: {
        offers: {
          email: {
            verdict: 'stopped',
            code: 'objection-in-force',
            tri: 'out',
            since: '2026-05-04T08:12:00.000Z',
            eventId: '01JD8Q4V6M2S7X9K3T5B1N0PZC',
          },
        },
      },
      allMarketing: 'stopped',
      objectedToAll: true,
      erase: false,
    },
  })
  desired!: Record<string, unknown>;
  @ApiProperty({ enum: DELIVERY_STATES, example: 'verified' }) state!: DeliveryStateName;
  @ApiProperty({ enum: LANES, example: 'stop' }) lane!: Lane;
  @ApiProperty({ example: 3, description: 'Grows each time the desired state changes.' }) revision!: number;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: nothing left to do.' })
  dueAt!: string | null;
  @ApiProperty({ example: 1, description: 'Of this revision.' }) attempts!: number;
  @ApiProperty({ example: '2026-05-04T08:12:00.000Z' }) firstDueAt!: string;
  @ApiProperty({ type: String, nullable: true, example: '2026-05-04T08:12:05.000Z' })
  verifiedAt!: string | null;
  @ApiProperty({ type: [ReceiptDto] }) receipts!: readonly ReceiptDto[];
  @ApiProperty({
    ...{ type: RefusedAtSendDto, nullable: true },
    description: 'What `POST /v1/send-checks` refused for this address at this tool; null: nothing.',
  })
  refusedAtSend!: RefusedAtSendDto | null;
}

export class DeliveryPageDto {
  @ApiProperty({ type: [DeliveryDto] }) items!: readonly DeliveryDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) next!: string | null;
}

export class WhyInactiveDto {
  @ApiProperty({ example: 'transfer-forbidden' }) code!: string;
  @ApiProperty({ example: 'transfers.outsideEU is forbidden and the processor is in US' }) detail!: string;
}

export class LastErrorDto {
  @ApiProperty({ example: '2026-05-04T08:12:05.000Z' }) at!: string;
  @ApiProperty({ example: 'config: API Key Invalid' }) detail!: string;
}

export class IntegrationDto extends StandDto {
  @ApiProperty({ example: 'mailchimp-main' }) id!: string;
  @ApiProperty({ example: 'mailchimp' }) kind!: string;
  @ApiProperty({ example: true, description: 'False: nothing is sent to it; `inactive` says why.' })
  enabled!: boolean;
  @ApiProperty({ type: WhyInactiveDto, nullable: true }) inactive!: WhyInactiveDto | null;
  @ApiProperty({ enum: ['marketing', 'transactional', 'mixed'], example: 'marketing' }) role!: string;
  @ApiProperty({
    example: { stop: 0, erase: 0, verify: 1, 'opt-in': 0 },
    description: 'Deliveries to do, by lane.',
  })
  pending!: Readonly<Record<Lane, number>>;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'When the oldest stop not yet proven was first due.',
  })
  oldestPending!: string | null;
  @ApiProperty({
    enum: ['1h', '24h', '48h'],
    nullable: true,
    example: null,
    description: 'What that stop has passed: 1 h is told as a warning, 24 h and 48 h as errors, once each.',
  })
  overdue!: string | null;
  @ApiProperty({ enum: ['closed', 'open', 'half-open'], example: 'closed' }) breaker!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Why the breaker is open.' })
  breakerReason!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '2026-05-04T08:12:05.000Z' })
  lastSuccess!: string | null;
  @ApiProperty({ type: LastErrorDto, nullable: true }) lastError!: LastErrorDto | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026-05-04T08:00:00.000Z',
    description:
      'When it was last read to its end what has changed there. Null: never, or the tool cannot say it.',
  })
  lastPoll!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '/hooks/presentinfini/mailchimp-main/mWZ1…',
    description:
      'Where the tool posts its webhooks, below the public address. A secret: whoever knows it can stop people. ' +
      'Null: the tool has none, or the setting that proves them is missing.',
  })
  hook!: string | null;
}

export class IntegrationPageDto {
  @ApiProperty({ type: [IntegrationDto] }) items!: readonly IntegrationDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) next!: string | null;
}
