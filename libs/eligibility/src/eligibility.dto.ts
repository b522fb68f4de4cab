import { CHANNELS, type Channel } from '@assent/contract';
import { SubjectRefDto } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';

export class QuestionDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsObject()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'prospecting' })
  @IsString()
  @Length(1, 100)
  purpose!: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS)
  channel!: Channel;

  @ApiPropertyOptional({ example: '2026-05-04T10:00:00+02:00', description: 'Past or future; default now.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  at?: string;

  @ApiPropertyOptional({ example: true, description: 'Name every rule that speaks, not only the first.' })
  @IsOptional()
  @IsBoolean()
  explain?: boolean;
}

export class ReasonDto {
  @ApiProperty({ example: 'solicitation-limit-reached' }) code!: string;
  @ApiProperty({ example: 'solicitationLimit' }) rule!: string;
  @ApiPropertyOptional({ example: 'S2-24' }) commitment?: string;
  @ApiPropertyOptional({ example: '2026-05-01T07:00:00.000Z' }) since?: string;
  @ApiPropertyOptional({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' }) eventId?: string;
}

export class DecisionDto {
  @ApiProperty({ example: false }) allowed!: boolean;
  @ApiProperty({ example: 'solicitation-limit-reached' }) code!: string;
  @ApiProperty({ type: [ReasonDto] }) reasons!: ReasonDto[];
  @ApiPropertyOptional({ example: 'consent' }) basis?: string;
  @ApiProperty({ example: 'presentinfini@1' }) policy!: string;
  @ApiPropertyOptional({ example: '2027-05-03T09:00:00.000Z' }) validUntil?: string;
  @ApiProperty({ example: 7 }) revision!: number;
}
