/** How much the tools still have to be told, and a bar of it. */
import type { Product } from './product.js';
import { progress } from './screen.js';

const LANES = ['stop', 'erase', 'verify', 'opt-in'];
const LOOK_MS = 250;

interface Tool {
  readonly pending: Readonly<Record<string, number>>;
}

/** Deliveries that wait in these lanes. */
export async function waiting(product: Product, lanes: readonly string[] = LANES): Promise<number> {
  const { items } = await product.get<{ items: Tool[] }>('/v1/integrations');
  return items.flatMap(({ pending }) => lanes.map((lane) => pending[lane] ?? 0)).reduce((a, b) => a + b, 0);
}

/** Shows the deliveries that wait, until `work` is done. */
export async function watch(product: Product, work: Promise<unknown>, label: string): Promise<void> {
  let over = false;
  void work.finally(() => (over = true));
  let most = 0;
  let bar: ReturnType<typeof progress> | undefined;
  while (!over) {
    const left = await waiting(product);
    most = Math.max(most, left);
    bar = most > 0 ? (bar ?? progress(label, most)) : undefined;
    bar?.at(most - left);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  await work;
  (bar ?? progress(label, most)).end(most);
}
