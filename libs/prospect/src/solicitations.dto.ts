import { CHANNELS, RESPONSE_KINDS, type Channel, type ResponseKind } from '@assent/contract';
import { HoldsNoAddress, SubjectRefDto, Written } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';

const MODES = ['permit', 'report'] as const;
const REASONS = ['bounced', 'not-sent'] as const;
const CHANGES = ['became-customer', 'ended'] as const;

class Act {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiPropertyOptional({ example: '2026-05-04T10:12:00+02:00', description: 'Now if absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;
}

export class SolicitationDto extends Act {
  @ApiProperty({ example: 'spring-4711', description: 'One message to one person on one channel.' })
  @IsString()
  @Length(1, 200)
  @HoldsNoAddress()
  solicitationId!: string;

  @ApiProperty({ example: 'spring', description: 'On several channels it counts once.' })
  @IsString()
  @Length(1, 200)
  @HoldsNoAddress()
  campaign!: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS)
  channel!: Channel;

  @ApiProperty({ example: 'prospecting' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiProperty({
    enum: MODES,
    example: 'permit',
    description: '`permit`: asked before sending, reserves for 72 h. `report`: delivered.',
  })
  @IsIn(MODES)
  mode!: (typeof MODES)[number];
}

export class ReversalDto extends Act {
  @ApiProperty({ example: 'spring-4711' })
  @IsString()
  @Length(1, 200)
  solicitationId!: string;

  @ApiProperty({ enum: REASONS, example: 'bounced' })
  @IsIn(REASONS)
  reason!: (typeof REASONS)[number];
}

export class ResponseDto extends Act {
  @ApiProperty({ enum: RESPONSE_KINDS, example: 'click' })
  @IsIn(RESPONSE_KINDS)
  kind!: ResponseKind;

  @ApiPropertyOptional({ example: false, description: 'Fetched by a machine, not by the person.' })
  @IsOptional()
  @IsBoolean()
  suspectedScanner?: boolean;
}

export class RelationshipDto extends Act {
  @ApiProperty({ enum: CHANGES, example: 'became-customer' })
  @IsIn(CHANGES)
  change!: (typeof CHANGES)[number];
}

export class SolicitationWritten extends Written {
  @ApiPropertyOptional({
    example: 'AZq3nX1bMSwicHJlc2VudGluZmluaSIsInN1Yl8wMUpE…',
    description: 'To be shown to `POST /v1/permits/verify` within 15 minutes, when the message is sent.',
  })
  permit?: string;
  @ApiPropertyOptional({
    example: '2026-05-07T08:12:00.000Z',
    description: 'Of a permit: until then it is reserved.',
  })
  expiresAt?: string;
  @ApiPropertyOptional({ example: true, description: 'Of a report: whether it should have been sent.' })
  eligible?: boolean;
  @ApiPropertyOptional({
    example: 'allowed',
    description: 'Of a report: what the decision said at that instant.',
  })
  code?: string;
}

export class UnansweredView {
  @ApiProperty({ example: 'spring-4711' }) solicitationId!: string;
  @ApiProperty({ example: 'spring' }) campaign!: string;
  @ApiProperty({ enum: CHANNELS, example: 'email' }) channel!: Channel;
  @ApiProperty({ example: 'prospecting' }) purpose!: string;
  @ApiProperty({ example: '2026-05-04T08:12:00.000Z' }) at!: string;
  @ApiProperty({ enum: ['reserved', 'delivered'], example: 'delivered' }) state!: 'reserved' | 'delivered';
}

export class NextChangeView {
  @ApiProperty({ example: '2027-03-10T13:30:00.000Z' }) at!: string;
  @ApiProperty({ enum: ['active', 'limit-reached', 'dropped-out'], example: 'dropped-out' }) to!: string;
}

const instant = { nullable: true, type: String, example: '2026-03-10T13:30:00.000Z' } as const;

export class ProspectView {
  @ApiProperty({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!: string;
  @ApiProperty({ enum: ['prospect', 'customer', 'former-customer'], example: 'prospect' })
  relationship!: string;
  @ApiProperty({ enum: ['active', 'limit-reached', 'dropped-out'], example: 'active' }) status!: string;
  @ApiProperty({ type: [UnansweredView] }) unanswered!: UnansweredView[];
  @ApiProperty({ example: 1, description: 'What counts against the limit: a campaign on two channels once.' })
  counted!: number;
  @ApiProperty({ nullable: true, type: Number, example: 2 }) limit!: number | null;
  @ApiProperty(instant) collectedAt!: string | null;
  @ApiProperty(instant) lastActOfPerson!: string | null;
  @ApiProperty(instant) customerSince!: string | null;
  @ApiProperty({ ...instant, example: null }) customerUntil!: string | null;
  @ApiProperty({ ...instant, example: null }) droppedOutAt!: string | null;
  @ApiProperty({ nullable: true, enum: ['inactivity', 'no-answer'], example: null })
  dropOutReason!: string | null;
  @ApiProperty({ nullable: true, type: NextChangeView, description: 'What time alone will change next.' })
  nextChange!: NextChangeView | null;
  @ApiProperty({ example: 3, description: "The stream's version." }) revision!: number;
}
