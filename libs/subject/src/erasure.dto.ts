import { ADDRESS_KINDS, DELIVERY_STATES, ERASURE_REASONS, IMPORT_UNDONE } from '@assent/contract';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { ERASURE_STATES } from './erasure.js';

export class ErasureDto {
  @ApiProperty({
    example: 'request',
    description: `One of ${ERASURE_REASONS.join(', ')}. Anything else may hold personal data: only its keyed digest is kept.`,
  })
  @IsString()
  @Length(1, 1000)
  reason!: string;
}

export class ErasureAccepted {
  @ApiProperty({ example: 'era_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) requestId!: string;
}

export class RecipientView {
  @ApiProperty({ example: 'mailchimp-main' }) integration!: string;
  @ApiProperty({ enum: ADDRESS_KINDS, example: 'email' }) kind!: string;
  @ApiProperty({ enum: ['erase'], example: 'erase' }) desired!: 'erase';
  @ApiProperty({ enum: DELIVERY_STATES, example: 'verified' }) state!: string;
  @ApiProperty({ nullable: true, type: String, example: '2026-06-02T08:00:09.000Z' }) toldAt!: string | null;
  @ApiProperty({ nullable: true, type: String, example: '2026-06-02T14:00:09.000Z' }) verifiedAt!:
    string | null;
}

const CERTIFICATE = {
  type: 'assent.certificate-of-erasure.1',
  tenant: 'presentinfini',
  requestId: 'era_01JD8Q4V6M2S7X9K3T5B1N0PZC',
  subjectId: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC',
  policy: 'presentinfini@1',
  reason: 'request',
  reasonDigest: null,
  requestedAt: '2026-06-02T08:00:00.000Z',
  completedAt: '2026-06-02T14:00:10.000Z',
  erased: ['addresses'],
  recipients: [],
  kept: [],
  mac: 'mMkVv1Vb2m2Rk6oI1cU3a2Tn0m0pF5b7yq0o8m3dX4c',
};

export class RequestView {
  @ApiProperty({ example: 'era_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) requestId!: string;
  @ApiProperty({ enum: ['erasure'], example: 'erasure' }) kind!: 'erasure';
  @ApiProperty({ example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!: string;
  @ApiProperty({ enum: ERASURE_STATES, example: 'done' }) state!: string;
  @ApiProperty({ enum: [...ERASURE_REASONS, IMPORT_UNDONE], example: 'request' }) reason!: string;
  @ApiProperty({ example: '2026-06-02T08:00:00.000Z' }) requestedAt!: string;
  @ApiProperty({
    example: '2026-07-02T08:00:00.000Z',
    description: 'Completed then at the latest, also when a tool did not answer; the certificate says so.',
  })
  until!: string;
  @ApiProperty({ type: [RecipientView] }) integrations!: RecipientView[];
  @ApiProperty({ nullable: true, type: Object, example: CERTIFICATE, description: 'Once it is done.' })
  certificate!: object | null;
}

export class Authenticity {
  @ApiProperty({ example: true, description: 'False when anything in it was altered, or it is not ours.' })
  authentic!: boolean;
}
