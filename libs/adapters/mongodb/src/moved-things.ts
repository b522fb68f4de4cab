import type { DeliveryRow, Part, Thing } from '@assent/ports';
import { rowOf, toDocument, type StoredRow } from './delivery-document.js';
import { storable } from './storable.js';

type OtherPart = Exclude<Part, 'streams'>;
type Content = Thing['content'];

export type StoredThing = Content & { readonly _id: string };

/** As the adapters store it: the bytes of what is sealed, ids of one text. */
export function documentOf(part: OtherPart, { content }: Thing): StoredThing {
  const { key, stream, tenant, id, sealed, ...rest } = storable(content) as Record<
    string,
    string | undefined
  >;
  switch (part) {
    case 'agenda':
      return { _id: stream as string, version: content['version'], ...given('at', content['at']) };
    case 'records':
      return { _id: key as string, ...rest };
    case 'deliveries':
      return { ...toDocument(content as unknown as DeliveryRow) };
    case 'claims':
      return { _id: `${tenant}/${id}`, tenant, ...rest };
    case 'addresses':
    case 'evidence':
      return { _id: `${tenant}/${id}`, tenant, sealed: Buffer.from(sealed ?? '', 'base64'), ...rest };
    case 'holds':
    case 'profiles':
      return { _id: `${tenant}/${id}`, sealed: Buffer.from(sealed ?? '', 'base64'), ...rest };
  }
}

export function thingOf(part: OtherPart, document: StoredThing): Thing {
  const { _id: key, ...rest } = document;
  switch (part) {
    case 'agenda':
      return { key, content: { stream: key, at: null, ...rest } };
    case 'records':
      return { key, content: { key, ...rest } };
    case 'deliveries':
      return { key, content: { ...rowOf(document as unknown as StoredRow) } };
    default: {
      const { sealed, ...clear } = rest as { sealed?: Uint8Array };
      const slash = key.indexOf('/');
      const where = { tenant: key.slice(0, slash), id: key.slice(slash + 1) };
      return {
        key,
        content: { ...clear, ...where, ...given('sealed', sealed && Buffer.from(sealed).toString('base64')) },
      };
    }
  }
}

const given = (name: string, value: unknown): Content => (value == null ? {} : { [name]: value });
