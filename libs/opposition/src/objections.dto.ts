import {
  CHANNELS,
  ENTRY_SOURCES,
  OBJECTION_SOURCES,
  type Channel,
  type ObjectionSource,
} from '@assent/contract';
import { EvidenceDto, HoldsNoAddress, SubjectRefDto } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsOptional, IsString, Length, MaxLength, ValidateNested } from 'class-validator';

const CHANNEL_OR_ALL = [...CHANNELS, '*'] as const;

export class ObjectDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiPropertyOptional({
    example: '*',
    default: '*',
    description: 'A purpose, or `*`: every marketing purpose.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  purpose?: string;

  @ApiPropertyOptional({ enum: CHANNEL_OR_ALL, example: '*', default: '*' })
  @IsOptional()
  @IsIn(CHANNEL_OR_ALL)
  channel?: Channel | '*';

  @ApiProperty({
    enum: OBJECTION_SOURCES,
    example: 'letter',
    description: 'How the person said it. No reason is asked.',
  })
  @IsIn(OBJECTION_SOURCES)
  source!: ObjectionSource;

  @ApiPropertyOptional({
    example: '2026-06-01T10:00:00+02:00',
    description: 'When it happened; now if absent.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;

  @ApiPropertyOptional({ type: EvidenceDto, example: { method: 'paper', documentRef: 'scan-2026-0042' } })
  @IsOptional()
  @ValidateNested()
  @Type(() => EvidenceDto)
  evidence?: EvidenceDto;
}

export class EndSubscriptionDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'newsletter.weekly' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiPropertyOptional({ example: '2026-06-01T10:00:00+02:00', description: 'Now if absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;

  @ApiPropertyOptional({ type: EvidenceDto, example: { method: 'form' } })
  @IsOptional()
  @ValidateNested()
  @Type(() => EvidenceDto)
  evidence?: EvidenceDto;
}

export class ProofDto {
  @ApiProperty({
    example: '01JD8Q4V6M2S7X9K3T5B1N0PZC',
    description: "The `eventId` of the person's own opt-in, newer than the objection.",
  })
  @IsString()
  @Length(1, 100)
  eventId!: string;
}

export class LiftDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'offers', description: 'The one purpose to open.' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiProperty({ enum: CHANNEL_OR_ALL, example: 'email', description: '`*`: every channel of the opt-in.' })
  @IsIn(CHANNEL_OR_ALL)
  channel!: Channel | '*';

  @ApiProperty({ type: ProofDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => ProofDto)
  proof!: ProofDto;
}

export class FindObjectionsDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;
}

export class ExceptionView {
  @ApiProperty({ example: 'newsletter' }) purpose!: string;
  @ApiProperty({ example: 'email' }) channel!: string;
  @ApiProperty({ example: '2026-06-02T08:00:00.000Z' }) since!: string;
  @ApiProperty({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC', description: 'Event id of the opt-in.' })
  proof!: string;
}

export class ObjectionView {
  @ApiProperty({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' }) eventId!: string;
  @ApiProperty({ example: '*' }) purpose!: string;
  @ApiProperty({ example: '*' }) channel!: string;
  @ApiProperty({ example: '2026-06-01T08:00:00.000Z' }) since!: string;
  @ApiProperty({
    example: '2029-06-01T08:00:00.000Z',
    description: 'The first instant it is no longer in force.',
  })
  until!: string;
  @ApiProperty({ enum: ENTRY_SOURCES, example: 'letter' }) source!: ObjectionSource;
  @ApiProperty({ type: [ExceptionView] }) except!: ExceptionView[];
}

export class ObjectionsView {
  @ApiProperty({ nullable: true, type: String, example: null }) subjectId!: string | null;
  @ApiProperty({ type: [ObjectionView] }) items!: ObjectionView[];
}

export class LinksDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'newsletter.weekly', description: 'What the mail is for: what a click will stop.' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiProperty({ enum: ['email'], example: 'email' })
  @IsIn(['email'])
  channel!: 'email';

  @ApiPropertyOptional({ example: 'spring-2026' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @HoldsNoAddress()
  campaign?: string;
}

export class LinkHeadersView {
  @ApiProperty({
    example: '<https://consent.example.org/u/k1.…>',
    description: 'With ASSENT_UNSUBSCRIBE_MAILBOX a second address behind it: `, <mailto:…?subject=…>`.',
  })
  'List-Unsubscribe'!: string;
  @ApiProperty({ example: 'List-Unsubscribe=One-Click' }) 'List-Unsubscribe-Post'!: string;
  @ApiProperty({ example: '<newsletter.weekly.presentinfini.commentgerer.com>' }) 'List-Id'!: string;
}

export class LinksView {
  @ApiProperty({ example: 'https://consent.example.org/u/k1.…' }) unsubscribe!: string;
  @ApiProperty({ example: 'https://consent.example.org/p/k1.…' }) preferences!: string;
  @ApiProperty({
    type: LinkHeadersView,
    description: 'As they must stand in the mail; DKIM must cover the first two.',
  })
  headers!: LinkHeadersView;
}
