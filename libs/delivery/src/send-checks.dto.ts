import { CHANNELS, type Channel } from '@assent/contract';
import { DecisionDto } from '@assent/eligibility';
import { HoldsNoAddress, SubjectRefDto } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';

export class SendCheckDto {
  @ApiProperty({ type: SubjectRefDto, example: { phone: '+33612345678' } })
  @IsObject()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'offers' })
  @IsString()
  @Length(1, 100)
  purpose!: string;

  @ApiProperty({ enum: CHANNELS, example: 'sms' })
  @IsIn(CHANNELS)
  channel!: Channel;

  @ApiProperty({ example: 'plivo-main', description: 'The tool that is about to send.' })
  @IsString()
  @Length(1, 100)
  integration!: string;

  @ApiPropertyOptional({ example: 'spring' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @HoldsNoAddress()
  campaign?: string;

  @ApiPropertyOptional({
    example: 'spring-4711-1',
    description:
      "The sender's own name of the message; only its keyed digest is kept. A refusal counts once for it.",
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  messageId?: string;

  @ApiPropertyOptional({
    example: 'AZq3nX1bMSwicHJlc2VudGluZmluaSIsInN1Yl8wMUpE…',
    description:
      'Of a solicitation: its own reservation then does not count against it. It must be for this person, purpose and ' +
      'channel, and hold now; otherwise the answer is no, with a code of `POST /v1/permits/verify` or `permit-of-another-message`.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 8_192)
  permit?: string;

  @ApiPropertyOptional({ example: true, description: 'Name every rule that speaks, not only the first.' })
  @IsOptional()
  @IsBoolean()
  explain?: boolean;
}

export class SendCheckView extends DecisionDto {
  @ApiPropertyOptional({
    ...{ type: String, nullable: true, example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' },
    description: 'Of a no: the refusal that was recorded. Null: there is no address to record it for.',
  })
  eventId?: string | null;
}
