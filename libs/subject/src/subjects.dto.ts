import { CONTEXTS, type AddressKind, type Context } from '@assent/contract';
import { EvidenceDto, HoldsNoAddress, SubjectRefDto } from '@assent/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';

const REACHABLE = ['email', 'phone', 'post'] as const;

export class AddressDto {
  @ApiProperty({ enum: REACHABLE, example: 'email' })
  @IsIn(REACHABLE)
  kind!: (typeof REACHABLE)[number];

  @ApiProperty({ example: 'Ada@Example.org', description: 'Phones in international form.' })
  @IsString()
  @Length(1, 2000)
  value!: string;
}

export class RegisterDto {
  @ApiPropertyOptional({
    type: [AddressDto],
    example: [
      { kind: 'email', value: 'Ada@Example.org' },
      { kind: 'phone', value: '+33612345678' },
    ],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => AddressDto)
  addresses?: AddressDto[];

  @ApiPropertyOptional({ example: 'crm-4711', description: "A tool's own name for the person." })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  externalId?: string;

  @ApiPropertyOptional({ enum: CONTEXTS, example: 'consumer', default: 'consumer' })
  @IsOptional()
  @IsIn(CONTEXTS)
  context?: Context;

  @ApiPropertyOptional({ enum: ['prospect', 'customer'], example: 'prospect', default: 'prospect' })
  @IsOptional()
  @IsIn(['prospect', 'customer'])
  relationship?: 'prospect' | 'customer';

  @ApiPropertyOptional({ example: 'fr', description: 'BCP 47.' })
  @IsOptional()
  @IsString()
  @Length(1, 35)
  locale?: string;

  @ApiPropertyOptional({
    example: '2026-02-02',
    description: 'When the data was collected; `occurredAt` if absent.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  collectedAt?: string;

  @ApiPropertyOptional({ example: '2026-02-02T10:00:00+01:00', description: 'Now if absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;

  @ApiPropertyOptional({ example: 'fair-2026', description: 'Where the data comes from. No personal data.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @HoldsNoAddress()
  source?: string;

  @ApiPropertyOptional({ example: 'collection@1', description: 'The notice that was shown.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  notice?: string;

  @ApiPropertyOptional({ example: true, description: 'The chance to object was offered at collection.' })
  @IsOptional()
  @IsBoolean()
  informed?: boolean;

  @ApiPropertyOptional({
    type: [String],
    example: ['offers'],
    description: 'Purposes refused at collection.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  declined?: string[];

  @ApiPropertyOptional({
    type: EvidenceDto,
    example: { method: 'form', formUrl: 'https://example.org/sign-up' },
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => EvidenceDto)
  evidence?: EvidenceDto;
}

export class FindSubjectDto {
  @ApiProperty({ type: SubjectRefDto, example: { email: 'ada@example.org' } })
  @IsDefined()
  @ValidateNested()
  @Type(() => SubjectRefDto)
  subject!: SubjectRefDto;
}

export class AddressView {
  @ApiProperty({ enum: REACHABLE, example: 'email' }) kind!: AddressKind;
  @ApiProperty({ nullable: true, type: String, example: 'ada@example.org' }) value!: string | null;
  @ApiProperty({ example: '2026-02-02T09:00:00.000Z' }) addedAt!: string;
}

export class SubjectView {
  @ApiProperty({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!: string;
  @ApiProperty({ type: [AddressView] }) addresses!: AddressView[];
  @ApiProperty({ nullable: true, type: String, example: 'crm-4711' }) externalId!: string | null;
  @ApiProperty({ enum: CONTEXTS, example: 'consumer' }) context!: Context;
  @ApiProperty({ enum: ['prospect', 'customer'], example: 'prospect', description: 'As registered.' })
  relationship!: 'prospect' | 'customer';
  @ApiProperty({ nullable: true, type: String, example: 'fr' }) locale!: string | null;
  @ApiProperty({ example: '2026-02-02T09:00:00.000Z' }) collectedAt!: string;
  @ApiProperty({ nullable: true, type: String, example: 'fair-2026' }) source!: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'collection@1' }) notice!: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-02-02T09:00:00.000Z' }) informedAt!:
    string | null;
  @ApiProperty({ nullable: true, type: String, example: null }) restrictedSince!: string | null;
  @ApiProperty({ example: 1 }) revision!: number;
}
