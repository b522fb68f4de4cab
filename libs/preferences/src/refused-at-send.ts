/** What tools' guards refused, beside the rows of their deliveries (`POST /v1/send-checks`). */
import type { DeliveryState } from '@assent/contract';
import { streamOf } from '@assent/kernel';
import type { DeliveryRow, EventLog } from '@assent/ports';

export type RefusedAtSend = NonNullable<DeliveryState['refusedAtSend']>;
export type GuardedRow = DeliveryRow & { readonly refusedAtSend?: RefusedAtSend };

/** Point reads: one head for each row. */
export async function withRefusals(log: EventLog, rows: readonly DeliveryRow[]): Promise<GuardedRow[]> {
  const streams = rows.map(({ tenant, integration, addressKey }) =>
    streamOf('delivery', tenant, integration, addressKey),
  );
  const heads = await log.heads(streams);
  return rows.map((row, index) => {
    const { refusedAtSend } = (heads[index]?.state ?? {}) as Partial<DeliveryState>;
    return refusedAtSend === undefined ? row : { ...row, refusedAtSend };
  });
}
