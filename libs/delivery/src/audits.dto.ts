import { DRIFT_CAUSES, type DriftCause } from '@assent/contract';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FINDINGS, type FindingKind } from './audit.js';
import type { Stage } from './backfill.js';

const KEY = '5f1d7a84b0c3e2964d5a7f10c8b3e29d';

/** One comparison of everybody who is out, and of a sample of the rest, with one tool. */
export class AuditDto {
  @ApiProperty({ example: 'audit_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) id!: string;
  @ApiProperty({ example: '2026-05-04T02:00:00.000Z' }) startedAt!: string;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: it is still on.' })
  finishedAt!: string | null;
  @ApiProperty({ example: 1200, description: 'Persons compared so far.' }) compared!: number;
  @ApiProperty({ example: 1400, description: 'Everybody who is out, and a sample of the rest.' })
  total!: number;
  @ApiProperty({ example: 52000, description: 'Contacts that the tool has listed; 0 where it lists nobody.' })
  listed!: number;
  @ApiProperty({ example: true, description: 'The tool could be read to the end: nobody was left out.' })
  complete!: boolean;
  @ApiProperty({ example: 1, description: 'Who is out and would be mailed there: told again.' })
  looser!: number;
  @ApiProperty({ example: 0, description: 'Who has left there, which nobody knew: refused here as well.' })
  stricter!: number;
  @ApiProperty({ example: 0, description: 'Who was erased and is there again: stopped and erased again.' })
  reappeared!: number;
  @ApiProperty({ example: 0, description: 'Who could not be read.' }) failed!: number;
}

export class FindingDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: KEY,
    description: 'Null: of the listing as a whole.',
  })
  addressKey!: string | null;
  @ApiProperty({ enum: FINDINGS, example: 'looser' }) kind!: FindingKind;
  @ApiProperty({ example: '2026-05-04T02:03:11.000Z' }) at!: string;
  @ApiProperty({ type: String, nullable: true, example: 'subscribed', description: 'What was read back.' })
  observed!: string | null;
  @ApiProperty({
    ...{ enum: DRIFT_CAUSES, nullable: true, example: 'unknown' },
    description: 'How it came about, by what the tool itself says.',
  })
  cause!: DriftCause | null;
}

export class AuditPageDto extends AuditDto {
  @ApiProperty({ type: [FindingDto] }) items!: readonly FindingDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) next!: string | null;
  @ApiProperty({ type: [AuditDto], description: 'The thirty before it, newest first.' })
  earlier!: readonly AuditDto[];
}

export class ListFindingsDto {
  @ApiPropertyOptional({ example: 100, minimum: 1, maximum: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  @ApiPropertyOptional({ description: 'The `next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;
}

export class AcceptDto {
  @ApiProperty({ example: 'A. Operator', description: 'Who answers for it. Sealed, and shown here.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  operator!: string;

  @ApiProperty({ example: 'Account closed by the vendor; these 3 persons are removed by hand.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason!: string;
}

export class ExceptionDto {
  @ApiProperty({ example: `mailchimp-main:${KEY}` }) delivery!: string;
  @ApiProperty({ example: KEY }) addressKey!: string;
  @ApiProperty({ example: 'failed' }) state!: string;
  @ApiProperty({ type: String, nullable: true, example: 'data: Invalid Resource' }) detail!: string | null;
}

export class AcceptedDto {
  @ApiProperty({
    example: 'acc_01JD8Q4V6M2S7X9K3T5B1N0PZC',
    description: 'Stands in the receipt of each delivery.',
  })
  id!: string;
  @ApiProperty({ example: '2026-05-04T08:12:00.000Z' }) at!: string;
  @ApiProperty({ example: 'A. Operator' }) operator!: string;
  @ApiProperty({ example: 'Removed by hand.' }) reason!: string;
  @ApiProperty({ example: 3 }) count!: number;
}

/** How far a tool is that must be told every stop before any opt-in. */
export class BackfillDto {
  @ApiProperty({ example: 197, description: 'Persons who are out and were seen to be out there.' })
  done!: number;
  @ApiProperty({ example: 3 }) pending!: number;
  @ApiProperty({ example: 200 }) total!: number;
  @ApiProperty({ type: [ExceptionDto], description: 'Stops that the tool does not take, 100 at most.' })
  exceptions!: readonly ExceptionDto[];
  @ApiProperty({ example: 0, description: 'How many exceptions there are.' }) exceptionCount!: number;
  @ApiProperty({
    example: 0,
    description:
      'Who is out and known by a key alone: looked for in the listing of the tool, where it has one.',
  })
  nameless!: number;
  @ApiProperty({ type: AcceptedDto, nullable: true, example: null }) accepted!: AcceptedDto | null;
}

/** How one integration stands to what was before it. */
export class StandDto {
  @ApiProperty({
    ...{ enum: ['connecting', 'active'], example: 'active' },
    description:
      '`connecting`: it is told stops and erasures, and no opt-in, until every stop of before is proven there, or a named ' +
      'operator has accepted the exceptions. Other targets, or another role, begin it anew.',
  })
  stage!: Stage;
  @ApiProperty({ type: BackfillDto, nullable: true, example: null, description: 'While it is connecting.' })
  backfill!: BackfillDto | null;
  @ApiProperty({ type: AuditDto, nullable: true, description: 'The comparison that is on, or the last one.' })
  audit!: AuditDto | null;
}

export class ResyncDto {
  @ApiPropertyOptional({
    example: '2026-05-04T00:00:00Z',
    description:
      'Only what was first due, accepted or proven from then on: what a tool lost that was set back.',
  })
  @IsOptional()
  @IsString()
  since?: string;
}
