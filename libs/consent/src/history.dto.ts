import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

export class PageQuery {
  @ApiPropertyOptional({ example: 100, default: 100, maximum: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;

  @ApiPropertyOptional({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC', description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

export class HistoryItem {
  @ApiProperty({ example: 'assent.consent.consent-given' }) type!: string;
  @ApiProperty({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' }) eventId!: string;
  @ApiProperty({ example: 'consent/presentinfini/sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) stream!: string;
  @ApiProperty({ example: 1 }) revision!: number;
  @ApiProperty({ example: '2026-05-04T08:12:00.000Z' }) occurredAt!: string;
  @ApiProperty({ example: '2026-05-04T08:12:00.120Z' }) recordedAt!: string;
  @ApiProperty({ example: 'key:4f2a' }) actor!: string;
  @ApiProperty({ example: 'presentinfini@1' }) policy!: string;
  @ApiPropertyOptional({ example: 'prospecting' }) purpose?: string;
  @ApiPropertyOptional({ example: ['email'] }) channels?: string[];
  @ApiPropertyOptional({ example: { purpose: '*', channel: '*' } }) scope?: object;
  @ApiProperty({ nullable: true, type: String, example: 'prospecting@1' }) notice!: string | null;
  @ApiProperty({
    nullable: true,
    type: Object,
    example: { method: 'form', digest: 'q83vEjRWeJA', formUrl: 'https://example.org/sign-up' },
    description: 'Opened from the directory; `erased: true` where it is gone.',
  })
  evidence!: object | null;
  @ApiProperty({ nullable: true, type: String, example: null }) causedBy!: string | null;
}

export class HistoryPage {
  @ApiProperty({ type: [HistoryItem] }) items!: HistoryItem[];
  @ApiProperty({ nullable: true, type: String, example: null }) next!: string | null;
}
