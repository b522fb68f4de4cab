import type { Listing } from '@assent/ports';
import type { VendorApi } from './api.js';
import { Attempt } from './attempt.js';
import type { Tool } from './tool.js';

/** Page after page, each an attempt of its own; one that may succeed later is asked for again when the next is wanted. */
export async function* pagesOf(
  tool: Pick<Tool, 'listing'>,
  api: VendorApi,
  now: () => number,
): AsyncGenerator<Listing> {
  let place: string | undefined;
  for (;;) {
    const attempt = new Attempt(api, now());
    const page = await tool.listing?.(attempt, place);
    if (page === undefined) {
      const failed = attempt.outcome();
      yield { contacts: [], calls: attempt.calls, failed };
      if (failed.class !== 'retry') return;
      continue;
    }
    yield { contacts: page.contacts, calls: attempt.calls };
    if (page.next === undefined) return;
    place = page.next;
  }
}

/** The place behind a page that was read from `offset`; none when it was the last. Without a total, an empty page is. */
export const behind = (offset: number, read: number, total: unknown): { next?: string } =>
  read === 0 || offset + read >= Number(total) ? {} : { next: String(offset + read) };
