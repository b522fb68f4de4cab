import type { IntegrationSettings, ListedContact, Listing } from '@assent/ports';
import { behind, type VendorApi } from '@assent/integration-kit';
import { MailchimpAttempt } from './mailchimp-attempt.js';
import { isIn, memberOf, type Group } from './member.js';
import { placesOf } from './settings.js';

const PAGE = 1000;
/** By the words of the tool's own pages (unverified); another one says nothing. */
const SOURCES = [
  [/^import/i, 'import'],
  [/^admin/i, 'operator'],
] as const;
const FIELDS = 'members.email_address,members.source,members.interests,members.marketing_permissions';

/** Who is subscribed, audience by audience, mapped or not: whoever refused everything is in none. */
export async function* listed(
  settings: IntegrationSettings,
  api: VendorApi,
  now: () => number,
): AsyncGenerator<Listing> {
  let lists: string[] | undefined;
  while (lists === undefined) {
    const attempt = new MailchimpAttempt(api, now());
    lists = await attempt.allLists();
    if (lists !== undefined) break;
    const failed = attempt.outcome();
    yield { contacts: [], calls: attempt.calls, failed };
    if (failed.class !== 'retry') return;
  }
  const gone = placesOf(settings).find(({ list }) => !lists.includes(list));
  if (gone !== undefined) {
    // What lived there cannot be seen; the rest of the account still is.
    yield {
      contacts: [],
      calls: [],
      failed: { class: 'config', detail: `list ${gone.list} does not exist` },
    };
  }
  for (const list of lists) {
    const groups = placesOf(settings).flatMap((place) =>
      place.list === list && place.group !== undefined ? [{ ...place.group, name: place.name }] : [],
    );
    let offset: string | undefined = '0';
    while (offset !== undefined) {
      const page = await pageOf(new MailchimpAttempt(api, now()), list, offset, groups);
      yield page;
      if (page.failed === undefined) offset = page.next;
      else if (page.failed.class !== 'retry') return;
    }
  }
}

const causeIn = ({ source }: Readonly<Record<string, unknown>>): Pick<ListedContact, 'cause'> => {
  const said = typeof source === 'string' ? source : '';
  const [, cause] = SOURCES.find(([words]) => words.test(said)) ?? [];
  return cause === undefined ? {} : { cause };
};

async function pageOf(
  attempt: MailchimpAttempt,
  list: string,
  offset: string,
  groups: readonly (Group & { readonly name: string })[],
): Promise<Listing & { readonly next?: string }> {
  const reply = await attempt.call({
    ...{ method: 'GET', template: '/lists/{list}/members', values: { list } },
    query: { status: 'subscribed', count: String(PAGE), offset, fields: `${FIELDS},total_items` },
  });
  const { members, total_items: total } = reply.body;
  // An audience that was deleted meanwhile mails nobody.
  if (reply.class === 'not-found') return { contacts: [], calls: attempt.calls };
  if (reply.class !== 'done' || !Array.isArray(members)) {
    attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'members missing' } : reply);
    return { contacts: [], calls: attempt.calls, failed: attempt.outcome() };
  }
  const contacts = members.flatMap((one: Record<string, unknown> | null): ListedContact[] => {
    const email = one?.['email_address'];
    if (one === null || typeof email !== 'string') return [];
    const member = memberOf(one);
    const on = groups.filter((group) => isIn(member, group) === true).map(({ name }) => name);
    // Whoever is in no mapped group is still mailed by campaigns to the whole audience.
    return [{ who: { kind: 'email', value: email }, targets: on.length > 0 ? on : [list], ...causeIn(one) }];
  });
  return { contacts, calls: attempt.calls, ...behind(Number(offset), members.length, total) };
}
