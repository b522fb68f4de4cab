import type { Deliveries, DeliveryRow } from '@assent/ports';

/**
 * Changes a stored row by compare-and-set, again with the newer row when another writer came first. Answers the stored
 * row; `undefined` when there is none, or `change` answers that there is nothing to store.
 */
export async function update(
  deliveries: Deliveries,
  tenant: string,
  id: string,
  change: (row: DeliveryRow) => DeliveryRow | undefined,
): Promise<DeliveryRow | undefined> {
  for (;;) {
    const row = await deliveries.get(tenant, id);
    const changed = row && change(row);
    if (changed === undefined) return undefined;
    const saved = await deliveries.save(changed);
    if (saved !== undefined) return saved;
  }
}

/** Every row of one integration, page by page. */
export async function* rowsOf(
  deliveries: Deliveries,
  tenant: string,
  integration: string,
): AsyncGenerator<DeliveryRow> {
  let cursor: string | null | undefined;
  do {
    const page = await deliveries.list(tenant, { integration }, 500, cursor ?? undefined);
    yield* page.items;
    cursor = page.next;
  } while (cursor !== null);
}
