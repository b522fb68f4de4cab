/** A comparison asked of the running product, watched, and shown as a table. Keys only: no address comes this way. */
import type { Outgoing } from '@assent/ports';
import type { Progress } from './progress.js';

export interface Service {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly outgoing: Outgoing;
}

interface Finding {
  readonly addressKey: string | null;
  readonly kind: string;
  readonly at: string;
  readonly observed: string | null;
  readonly cause: string | null;
}
interface Page {
  readonly id: string;
  readonly finishedAt: string | null;
  readonly compared: number;
  readonly total: number;
  readonly listed: number;
  readonly complete: boolean;
  readonly looser: number;
  readonly stricter: number;
  readonly reappeared: number;
  readonly failed: number;
  readonly items: readonly Finding[];
  readonly next: string | null;
}

const DONE: Readonly<Record<string, string>> = {
  looser: 'told again',
  stricter: 'refused here',
  reappeared: 'stopped, erased again',
  failed: 'not read',
};
const HEADINGS = ['address key', 'finding', 'seen', 'cause', 'what is done', 'at'];

/** The key of the tenant in `tenant=key[:scopes],…`; without a tenant, of the only one. */
export function apiKeyOf(listed: string | undefined, tenant: string | undefined): string {
  const entries = (listed ?? '')
    .split(',')
    .map((entry) => /^\s*([^=]+)=([^:]+)/.exec(entry))
    .flatMap((found) => (found === null ? [] : [{ tenant: found[1], key: found[2]?.trim() ?? '' }]));
  const [found, ...more] = entries.filter((entry) => tenant === undefined || entry.tenant === tenant);
  if (found !== undefined && (more.length === 0 || tenant !== undefined)) return found.key;
  throw new Error(
    entries.length > 1 && tenant === undefined
      ? 'ASSENT_API_KEYS names several tenants: say which with --tenant'
      : 'give an API key with --api-key or ASSENT_API_KEY',
  );
}

/** Begins one, or joins the one that is on. `wait`: between two looks. */
export async function compare(
  service: Service,
  integration: string,
  progress: Progress,
  wait: () => Promise<unknown>,
): Promise<{ table: string; complete: boolean }> {
  const path = `/v1/integrations/${encodeURIComponent(integration)}/audit`;
  await ask(service, 'POST', path);
  let [begun, shown] = [-1, 0];
  for (;;) {
    const page = await ask(service, 'GET', `${path}?limit=500`);
    if (page.total !== begun) {
      [begun, shown] = [page.total, 0];
      progress.begin('compared', begun);
    }
    progress.add(page.compared - shown);
    shown = page.compared;
    if (page.finishedAt !== null) {
      progress.end();
      return { table: tableOf(page, await rest(service, path, page)), complete: page.complete };
    }
    await wait();
  }
}

async function rest(service: Service, path: string, { items, next }: Page): Promise<Finding[]> {
  const all = [...items];
  let cursor = next;
  while (cursor !== null) {
    const page = await ask(service, 'GET', `${path}?limit=500&cursor=${encodeURIComponent(cursor)}`);
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

function tableOf(
  { compared, listed, looser, stricter, reappeared, failed, complete }: Page,
  found: readonly Finding[],
): string {
  const sum =
    `${compared} compared${listed > 0 ? `, ${listed} listed by the tool` : ''}: ` +
    `${looser} looser, ${stricter} stricter, ${reappeared} reappeared, ${failed} not read` +
    (complete ? '' : '; the tool could not be read to its end');
  if (found.length === 0) return sum;
  const rows = found.map(({ addressKey, kind, at, observed, cause }) => [
    ...[addressKey ?? '(the listing)', kind, plain(observed), cause ?? '', DONE[kind] ?? '', at],
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), '', sum].join(
    '\n',
  );
}

/** A tool's own word: nothing that a terminal would obey. */
const plain = (text: string | null): string => (text ?? '').replace(/[^\x20-\x7e]/g, '?');

async function ask({ url, key, outgoing }: Service, method: 'GET' | 'POST', path: string): Promise<Page> {
  const headers = { authorization: `Bearer ${key}`, 'user-agent': 'assent drift' };
  const { status, body } = await outgoing.send({ method, url: url + path, headers });
  if (status >= 200 && status < 300) return JSON.parse(body) as Page;
  throw new Error(`${method} ${path} was answered ${status}: ${problemIn(body)}`);
}

function problemIn(body: string): string {
  try {
    const { title, detail } = JSON.parse(body) as { title?: string; detail?: string };
    return [title, detail].filter((part) => part !== undefined).join(': ');
  } catch {
    return 'no problem document';
  }
}
