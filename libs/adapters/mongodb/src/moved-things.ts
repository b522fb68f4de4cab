import { createHash } from 'node:crypto';
import type { DeliveryRow, Part, Thing } from '@assent/ports';
import mongoose, { type mongo } from 'mongoose';
import { rowOf, toDocument, type StoredRow } from './delivery-document.js';
import { holdOf, ownerOf, type Share } from './shares.js';
import { storable } from './storable.js';

type OtherPart = Exclude<Part, 'streams'>;
type Content = Thing['content'];

export interface StoredThing extends mongo.Document {
  readonly _id: string;
}

export const SEALED = ['addresses', 'holds', 'profiles', 'evidence'] as const satisfies readonly Part[];
type SealedPart = (typeof SEALED)[number];
export const isSealed = (part: Part): part is SealedPart => (SEALED as readonly Part[]).includes(part);

interface SealedContent {
  readonly tenant: string;
  readonly id: string;
  readonly owner?: string;
  readonly sealed: string;
  readonly share: string;
}

/** As the adapters store it. What is sealed has a share beside it: see `shareOf`. */
export function documentOf(part: OtherPart, { key, content }: Thing): StoredThing {
  if (part === 'deliveries') return { ...toDocument(content as unknown as DeliveryRow) };
  const { key: _, stream, id, tenant, at, sealed, share, ...rest } = storable(content);
  void [_, stream, id, share];
  return {
    _id: key,
    ...rest,
    ...(at != null && { at }),
    ...(tenant !== undefined && part !== 'holds' && { tenant }),
    ...(isSealed(part) && { share: shareIdOf(part, key), sealed: Buffer.from(String(sealed), 'base64') }),
  };
}

/** The same whenever the thing is taken. */
export function shareOf(part: SealedPart, thing: Thing): Share {
  const { tenant, id, owner, share } = thing.content as unknown as SealedContent;
  return {
    _id: shareIdOf(part, thing.key),
    owner: part === 'holds' ? holdOf(tenant, id) : ownerOf(tenant, owner ?? id),
    bytes: Buffer.from(share, 'base64'),
  };
}

/** Made by what it is for; in the order of ids before all that are made by time. */
const shareIdOf = (part: SealedPart, key: string): mongo.ObjectId => {
  const digest = createHash('sha256').update(`${part} ${key}`).digest('hex');
  return new mongoose.mongo.ObjectId(`00000000${digest.slice(0, 16)}`);
};

/** `bytes` of the share, of what is sealed. */
export function thingOf(part: OtherPart, document: StoredThing, bytes?: Uint8Array): Thing {
  const { _id: key, ...rest } = document;
  if (part === 'agenda') return { key, content: { stream: key, at: null, ...rest } };
  if (part === 'records') return { key, content: { key, ...rest } };
  if (part === 'deliveries') return { key, content: { ...rowOf(document as unknown as StoredRow) } };
  const slash = key.indexOf('/');
  const content: Content = { ...rest, tenant: key.slice(0, slash), id: key.slice(slash + 1) };
  if (bytes === undefined) return { key, content };
  const sealed = base64((rest as { sealed?: Uint8Array }).sealed ?? new Uint8Array());
  return { key, content: { ...content, sealed, share: base64(bytes) } };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
