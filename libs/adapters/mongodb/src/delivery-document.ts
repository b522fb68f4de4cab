import { LANES } from '@assent/contract';
import type { DeliveryRow } from '@assent/ports';
import { storable } from './storable.js';

/** A row as it is stored. */
export interface StoredRow extends DeliveryRow {
  /** `<tenant>/<id of the row>` */
  readonly _id: string;
  /** The place of its lane in `LANES` while there is work to do, by either clock; what the due indexes hold. */
  readonly rank?: number;
}

export const idOf = (tenant: string, id: string): string => `${tenant}/${id}`;

export function toDocument(row: DeliveryRow): StoredRow {
  const isDue = row.dueAt !== null || row.dueAtReal !== null;
  return {
    _id: idOf(row.tenant, row.id),
    ...storable(row),
    ...(isDue && { rank: LANES.indexOf(row.lane) }),
  };
}

export function rowOf({ _id, rank, ...row }: StoredRow): DeliveryRow {
  void [_id, rank];
  return row;
}
