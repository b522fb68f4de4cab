/** Whose record was edited in an audience, and how it stands now. */
import {
  email,
  iso,
  nextOf,
  rowsOf,
  textOf,
  type Attempt,
  type Delta,
  type Listed,
  type Members,
  type Place,
} from '@assent/integration-kit';
import type { InboundFact, IntegrationSettings } from '@assent/ports';
import { isIn, memberOf } from './member.js';
import { placesOf } from './settings.js';

const PAGE = 500;
const FIELDS = ['email_address', 'status', 'last_changed', 'interests', 'marketing_permissions'];

export function deltaOf(settings: IntegrationSettings): Delta {
  const lists = [...new Set(placesOf(settings).map(({ list }) => list))];
  return { listings: lists, read: (attempt, list, place) => changed(settings, attempt, list, place) };
}

async function changed(
  settings: IntegrationSettings,
  attempt: Attempt,
  list: string,
  { since, offset }: Place,
): Promise<Listed | undefined> {
  const query = {
    ...(since === null ? { status: 'unsubscribed' } : { since_last_changed: new Date(since).toISOString() }),
    ...{ count: String(PAGE), offset: String(offset), sort_field: 'last_changed', sort_dir: 'DESC' },
    fields: FIELDS.map((field) => `members.${field}`).join(','),
  };
  const template = '/lists/{list}/members';
  const reply = await attempt.call({ method: 'GET', template, values: { list }, query });
  if (reply.class !== 'done' || !Array.isArray(reply.body['members'])) {
    return void attempt.failed(
      reply.class === 'done' ? { class: 'retry', detail: 'members missing' } : reply,
    );
  }
  const members = rowsOf(reply.body['members']);
  return {
    facts: members.flatMap((member) => standOf(settings, list, member)),
    newest: Math.max(0, ...members.map((one) => iso(one['last_changed']) ?? 0)) || null,
    next: nextOf(offset, members.length, PAGE),
  };
}

/** Whoever is not in a group may never have been: only leaving the audience is a refusal here. */
function standOf(settings: IntegrationSettings, list: string, found: Members): InboundFact[] {
  const named = { who: email(textOf(found['email_address'])), at: iso(found['last_changed']) };
  const member = memberOf(found);
  if (member.status === 'unsubscribed') return [{ what: 'left', targets: [list], ...named }];
  if (member.status !== 'subscribed') return [];
  const open = placesOf(settings)
    .filter((place) => place.list === list)
    .filter(({ group }) => group === undefined || isIn(member, group) === true);
  const targets = [...new Set(open.map(({ name }) => name))];
  return targets.length === 0 ? [] : [{ what: 'joined', targets, ...named }];
}
