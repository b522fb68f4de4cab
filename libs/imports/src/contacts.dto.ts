import { CHANNELS, type Channel } from '@assent/contract';
import { EvidenceDto } from '@assent/http';
import { RegisterDto } from '@assent/subject';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';

/** One consent of a contact. What is left out is taken from the contact. */
export class SaidConsentDto {
  @ApiProperty({ example: 'prospecting' })
  @IsString()
  @Length(1, 200)
  purpose!: string;

  @ApiPropertyOptional({
    enum: CHANNELS,
    isArray: true,
    example: ['email'],
    description: "The purpose's in the policy, if absent.",
  })
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(CHANNELS, { each: true })
  channels?: Channel[];

  @ApiPropertyOptional({
    example: 'prospecting@1',
    description: 'The notice of the name of the purpose that was in force then, if absent.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  notice?: string;

  @ApiPropertyOptional({ type: EvidenceDto, description: "The contact's, if absent. One of them is needed." })
  @IsOptional()
  @ValidateNested()
  @Type(() => EvidenceDto)
  evidence?: EvidenceDto;

  @ApiPropertyOptional({ example: '2026-05-04T10:12:00+02:00', description: '`collectedAt`, if absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;
}

/** One line of an import. */
export class ContactDto extends RegisterDto {
  @ApiPropertyOptional({ type: [SaidConsentDto], example: [{ purpose: 'prospecting', channels: ['email'] }] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SaidConsentDto)
  consents?: SaidConsentDto[];
}

export class ConsentsCame {
  @ApiProperty({ example: 1 }) given!: number;
  @ApiProperty({ example: 0, description: 'In force before, or told before.' }) known!: number;
  @ApiProperty({ example: 0, description: 'Kept as history: a stop of the person is stronger.' })
  stopped!: number;
}

/** What came of a line, or would. A line that is refused has `code` and `detail` of a problem instead. */
export class ContactCame {
  @ApiProperty({ example: 1 }) line!: number;
  @ApiProperty({ example: 201 }) status!: number;
  @ApiProperty({ enum: ['new', 'changed', 'unchanged'], example: 'new' })
  outcome!: 'new' | 'changed' | 'unchanged';
  @ApiProperty({ nullable: true, type: String, example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!:
    string | null;
  @ApiProperty({ example: 1, description: 'Addresses that the person did not have before.' })
  addresses!: number;
  @ApiProperty({ example: 0, description: 'Purposes refused anew.' }) declined!: number;
  @ApiProperty({ type: ConsentsCame }) consents!: ConsentsCame;
  @ApiPropertyOptional({
    type: [String],
    example: ['objection-in-force'],
    description: 'Of a dry run: why marketing to the person is stopped, and stays so.',
  })
  stopped?: string[];
}

/** What an undo did about one person, or would do. */
export class UndoneView {
  @ApiProperty({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!: string;
  @ApiProperty({
    enum: ['erased', 'taken-back', 'kept', 'nothing'],
    example: 'erased',
    description: 'erased: nobody but the import knew the person. kept: something happened since.',
  })
  outcome!: 'erased' | 'taken-back' | 'kept' | 'nothing';
  @ApiProperty({ example: 1, description: 'Consents of the import that were ended.' }) consents!: number;
  @ApiProperty({ example: 0, description: 'Addresses that were taken away again.' }) addresses!: number;
}
