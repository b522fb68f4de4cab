import { CHANNELS, type Channel } from '@assent/contract';
import { EvidenceDto, SubjectRefDto, Written } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';

const DECISIONS = ['given', 'withdrawn'] as const;

export class ConsentDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'prospecting' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiPropertyOptional({
    enum: CHANNELS,
    isArray: true,
    example: ['email'],
    description: "The purpose's channels in the policy, if absent.",
  })
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(CHANNELS, { each: true })
  channels?: Channel[];

  @ApiProperty({ enum: DECISIONS, example: 'given' })
  @IsIn(DECISIONS)
  decision!: (typeof DECISIONS)[number];

  @ApiPropertyOptional({
    example: 'prospecting@1',
    description: 'The notice that was shown; needed to give.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  notice?: string;

  @ApiPropertyOptional({
    type: EvidenceDto,
    example: { method: 'form', formUrl: 'https://example.org/sign-up' },
    description: 'Needed to give.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => EvidenceDto)
  evidence?: EvidenceDto;

  @ApiPropertyOptional({ example: '2026-05-04T10:12:00+02:00', description: 'Now if absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;
}

/** Channels on which the consent could only be noted as history. */
export class NotedView {
  @ApiProperty({ enum: CHANNELS, isArray: true, example: ['sms'] }) channels!: readonly Channel[];
  @ApiProperty({ enum: ['objection-newer', 'withdrawal-newer', 'cannot-lift'], example: 'withdrawal-newer' })
  because!: string;
}

export class ConsentWritten extends Written {
  @ApiPropertyOptional({ type: [NotedView], description: 'What was noted as history and changes nothing.' })
  noted?: NotedView[];
}
