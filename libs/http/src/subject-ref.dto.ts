import { EVIDENCE_METHODS, type EvidenceMethod } from '@assent/contract';
import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

/** Exactly one member. Values are normalised behind the door; what is no address answers 400 with its pointer. */
export class SubjectRefDto {
  @ApiPropertyOptional({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC', description: 'The id that Assent gave.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  id?: string;

  @ApiPropertyOptional({ example: 'ada@example.org' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  email?: string;

  @ApiPropertyOptional({ example: '+33612345678', description: 'International form.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  phone?: string;

  @ApiPropertyOptional({ example: 'crm-4711' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  externalId?: string;
}

/** What proves the act. Personal data in it is sealed in the directory; events carry an id and a keyed digest. */
export class EvidenceDto {
  @ApiProperty({ enum: EVIDENCE_METHODS, example: 'form' })
  @IsIn(EVIDENCE_METHODS)
  method!: EvidenceMethod;

  @ApiPropertyOptional({ example: '203.0.113.7' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ip?: string;

  @ApiPropertyOptional({ example: 'Mozilla/5.0' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  userAgent?: string;

  @ApiPropertyOptional({ example: 'https://example.org/sign-up' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  formUrl?: string;

  @ApiPropertyOptional({ example: 'sha256:9f86d081884c7d65', description: 'Digest of the form as shown.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  formDigest?: string;

  @ApiPropertyOptional({ example: 'scan-2026-0042' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  documentRef?: string;

  @ApiPropertyOptional({ example: 'Asked at the stand, box left empty.' })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  note?: string;

  @ApiPropertyOptional({
    example: '2026-05-04T10:12:00+02:00',
    description: 'When a second step (double opt-in) confirmed it, if it was made elsewhere.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  confirmedAt?: string;
}
