import { ApiProperty } from '@nestjs/swagger';

export class PurposeStateDto {
  @ApiProperty({ example: 'newsletter' }) purpose!: string;
  @ApiProperty({ example: 'email' }) channel!: string;
  @ApiProperty({ example: false }) allowed!: boolean;
  @ApiProperty({ example: 'objection-in-force', description: 'Why.' }) code!: string;
  @ApiProperty({ nullable: true, type: String, example: null }) basis!: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-06-02T08:00:00.000Z' }) since!: string | null;
}

export class ListedObjectionDto {
  @ApiProperty({ example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' }) eventId!: string;
  @ApiProperty({ example: '*' }) purpose!: string;
  @ApiProperty({ example: '*' }) channel!: string;
  @ApiProperty({ nullable: true, type: String, example: '2026-06-02T08:00:00.000Z' }) since!: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2029-06-02T08:00:00.000Z' }) until!: string | null;
  @ApiProperty({ example: 'letter' }) source!: string;
  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] })
  except!: { purpose: string; channel: string }[];
}

export class AgreementDto {
  @ApiProperty({ example: 'newsletter' }) purpose!: string;
  @ApiProperty({ example: 'email' }) channel!: string;
  @ApiProperty({ nullable: true, type: String, example: '2026-03-10T08:00:00.000Z' }) givenAt!: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'newsletter@1' }) notice!: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-03-10T08:02:00.000Z' }) confirmedAt!:
    string | null;
  @ApiProperty({ nullable: true, type: String, example: null }) expiredAt!: string | null;
  @ApiProperty({ nullable: true, type: String, example: null }) withdrawnAt!: string | null;
}

export class SubscriptionDto {
  @ApiProperty({ example: 'newsletter' }) purpose!: string;
  @ApiProperty({ example: 'email' }) channel!: string;
  @ApiProperty({ enum: ['pending', 'confirmed', 'ended'], example: 'confirmed' }) status!: string;
}

export class HeldBackDto {
  @ApiProperty({ example: 3 }) times!: number;
  @ApiProperty({ example: '2026-06-02T08:00:09.000Z' }) lastAt!: string;
  @ApiProperty({ example: 'objection-in-force' }) lastCode!: string;
}

export class CarriedDto {
  @ApiProperty({ example: 'mailchimp-main' }) integration!: string;
  @ApiProperty({ example: '00112233445566778899aabbccddeeff' }) addressKey!: string;
  @ApiProperty({ example: 'email' }) kind!: string;
  @ApiProperty({ example: 'verified' }) state!: string;
  @ApiProperty({ example: 'stopped' }) allMarketing!: string;
  @ApiProperty({ nullable: true, type: String, example: '2026-06-02T08:00:09.000Z' }) verifiedAt!:
    string | null;
  @ApiProperty({
    nullable: true,
    type: HeldBackDto,
    description: 'Messages refused at the moment of sending.',
  })
  refusedAtSend!: HeldBackDto | null;
}

export class PreferencesDto {
  @ApiProperty({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!: string;
  @ApiProperty({ type: [PurposeStateDto] }) purposes!: PurposeStateDto[];
  @ApiProperty({ type: [ListedObjectionDto] }) objections!: ListedObjectionDto[];
  @ApiProperty({ type: [AgreementDto] }) consents!: AgreementDto[];
  @ApiProperty({ type: [SubscriptionDto] }) subscriptions!: SubscriptionDto[];
  @ApiProperty({ type: [CarriedDto] }) integrations!: CarriedDto[];
  @ApiProperty({ example: 'presentinfini@1' }) policy!: string;
  @ApiProperty({ example: 7 }) revision!: number;
}
