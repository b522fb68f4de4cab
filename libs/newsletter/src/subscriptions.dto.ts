import { EvidenceDto, SubjectRefDto, Written } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsOptional, IsString, Length, Matches, MaxLength, ValidateNested } from 'class-validator';

export class SubscriptionDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;

  @ApiProperty({ example: 'newsletter.weekly' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiPropertyOptional({ example: 'fr', description: 'BCP 47; the language of the mail and the pages.' })
  @IsOptional()
  @IsString()
  @MaxLength(35)
  @Matches(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, { message: 'must be a language tag such as fr or en-GB' })
  locale?: string;

  @ApiPropertyOptional({
    example: 'newsletter@1',
    description: 'The notice that was shown; without a version, the newest in force.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  notice?: string;

  @ApiPropertyOptional({
    type: EvidenceDto,
    example: { method: 'form', formUrl: 'https://example.org/sign-up' },
    description: 'Needed.',
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

export class SubscriptionWritten extends Written {
  @ApiProperty({
    enum: ['pending'],
    example: 'pending',
    description: 'The same whatever is known of the address.',
  })
  status!: 'pending';
}
