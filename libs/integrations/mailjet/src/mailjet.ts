/**
 * Mailjet v3 and v4. An unsubscribe closes the mapped list, an objection excludes the contact from campaigns, which
 * leaves transactional mail alone, an erasure anonymises at once. Booleans may come as texts.
 */
import {
  ABSENT,
  baseOf,
  option,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  truthOf,
  type Attempt,
  type Reply,
  type Request,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const CONTACT = '/v3/REST/contact/{contact}';
const MANY = '/v3/REST/contact/managemanycontacts';

export const mailjetKind = toolKind({
  kind: 'mailjet',
  contract: CONTRACT,
  settings: {
    secrets: {
      apiKey: 'the API key, e.g. ${MAILJET_API_KEY}',
      secretKey: 'the secret key, e.g. ${MAILJET_SECRET_KEY}',
    },
    target: { list: { form: /^[1-9]\d{0,15}$/, detail: 'the number of a contact list, e.g. 10123' } },
    example: 'newsletter: { list: "10123" }',
  },
  inbound,
  capabilities: { kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: true },
  dialect: (settings) => {
    const pair = `${option(settings, 'apiKey') ?? ''}:${option(settings, 'secretKey') ?? ''}`;
    return {
      base: baseOf(settings, 'https://api.mailjet.com'),
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      digestKey: option(settings, 'secretKey') ?? '',
      judge: (_, body) => ({ detail: textOf(body['ErrorIdentifier'] ?? body['ErrorMessage']) }),
    };
  },
  tool: () => new Mailjet(),
});

class Mailjet implements Tool {
  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/v3/REST/apikey' });
  }

  exists(attempt: Attempt, list: string): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/v3/REST/contactslist/{list}', values: { list } });
  }

  async read(attempt: Attempt, { value }: Who): Promise<Standing | undefined> {
    const found = await attempt.call({ method: 'GET', template: CONTACT, values: { contact: value } });
    if (found.class === 'not-found') return ABSENT;
    const contact = rowsOf(found.body['Data']).find(({ Email }) => sameAddress(Email, value));
    if (found.class !== 'done' || contact === undefined || contact['IsExcludedFromCampaigns'] === undefined) {
      return failed(attempt, found);
    }
    const id = textOf(contact['ID']);
    const lists = await attempt.call({
      ...{ method: 'GET', template: `${CONTACT}/getcontactslists`, values: { contact: id } },
    });
    if (lists.class !== 'done' || !Array.isArray(lists.body['Data'])) return failed(attempt, lists);
    return {
      ...{ presence: 'present', all: truthOf(contact['IsExcludedFromCampaigns']) ? 'out' : 'in', ids: [id] },
      targets: Object.fromEntries(
        rowsOf(lists.body['Data']).map(({ ListID, IsUnsub }) => [
          textOf(ListID),
          truthOf(IsUnsub) ? 'out' : 'in',
        ]),
      ),
      ...(truthOf(contact['IsSpamComplaining']) && { blocked: 'complaint' }),
    };
  }

  close(attempt: Attempt, _: Who, lists: readonly string[], { ids }: Standing): Promise<Reply> {
    return attempt.call(manage(ids, lists, 'unsub'));
  }

  closeAll(attempt: Attempt, { value }: Who): Promise<Reply> {
    return attempt.call(exclude(value, true));
  }

  /** A job: asked once how it went, and read back like everything else. */
  async tombstone(attempt: Attempt, { value }: Who): Promise<Reply> {
    const body = { Contacts: [{ Email: value, IsExcludedFromCampaigns: true }] };
    const accepted = await attempt.call({ method: 'POST', template: MANY, body });
    const job = textOf(rowsOf(accepted.body['Data'])[0]?.['JobID']);
    if (accepted.class !== 'done' || job === '') return accepted;
    const asked = await attempt.call({ method: 'GET', template: `${MANY}/{job}`, values: { job } });
    const state = textOf(rowsOf(asked.body['Data'])[0]?.['Status']);
    return ['Error', 'Abort'].includes(state)
      ? { ...asked, class: 'retry', detail: `job ends as ${state}` }
      : accepted;
  }

  open(
    attempt: Attempt,
    { value }: Who,
    lists: readonly string[],
    { presence, ids }: Standing,
    lift: boolean,
  ) {
    if (presence === 'present') {
      const joins = manage(ids, lists, 'addforce');
      return attempt.each(joins, ...(lift ? [exclude(value, false)] : []));
    }
    const [first, ...more] = lists.map((list): Request => ({
      ...{ method: 'POST', template: '/v3/REST/contactslist/{list}/managecontact', values: { list } },
      body: { Email: value, Action: 'addforce' },
    }));
    return attempt.each(first as Request, ...more);
  }

  async remove(attempt: Attempt, _: Who, { ids: [contact = ''] }: Standing): Promise<Reply> {
    const reply = await attempt.call({
      method: 'DELETE',
      template: '/v4/contacts/{contact}',
      values: { contact },
    });
    return reply.class === 'done' && reply.status !== 200 ? { ...reply, class: 'retry' } : reply;
  }
}

const manage = ([contact = '']: readonly string[], lists: readonly string[], Action: string): Request => ({
  ...{ method: 'POST', template: `${CONTACT}/managecontactslists`, values: { contact } },
  body: { ContactsLists: lists.map((list) => ({ ListID: Number(list), Action })) },
});

const exclude = (contact: string, IsExcludedFromCampaigns: boolean): Request => ({
  ...{ method: 'PUT', template: CONTACT, values: { contact }, body: { IsExcludedFromCampaigns } },
});

function failed(attempt: Attempt, reply: Reply): undefined {
  attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'answer is incomplete' } : reply);
}
