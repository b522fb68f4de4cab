import { SubjectRefDto, Written } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, Length, Matches, MaxLength, ValidateNested } from 'class-validator';

/** A message that a mail server has given up (RFC 3464: `Action: failed`). */
export class BounceDto {
  @ApiPropertyOptional({
    ...{ type: SubjectRefDto, example: { email: 'ada@example.org' } },
    description: 'By the address that was written to. Either this or `token`.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject?: SubjectRefDto;

  @ApiPropertyOptional({
    example: 'AZq3nX1b…',
    description: 'Of the unsubscribe link in the message that came back: what stands behind `/u/`.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2_048)
  token?: string;

  @ApiProperty({ example: '5.1.1', description: 'RFC 3463.' })
  @IsString()
  @Matches(/^[45]\.\d{1,3}\.\d{1,3}$/, { message: '$property must be a status such as 5.1.1 (RFC 3463)' })
  status!: string;

  @ApiPropertyOptional({ example: 'spring-4711', description: 'The solicitation that did not arrive.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  solicitationId?: string;

  @ApiPropertyOptional({ example: '2026-05-04T10:12:00+02:00', description: 'Now if absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;
}

export class BounceWritten extends Written {
  @ApiProperty({
    example: true,
    description: 'Nothing is sent to this address until its person gives it anew.',
  })
  undeliverable!: boolean;
  @ApiProperty({ example: false, description: 'The solicitation was given back, now or before.' })
  reversed!: boolean;
}
