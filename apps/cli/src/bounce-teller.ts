/**
 * From a bounce to `POST /v1/bounces`. Anybody can write a mail that looks like one, so only the signed link in the mail
 * that came back names somebody: never an address. And a link alone blocks nobody: the operator's API key vouches for the
 * mailbox.
 */
import type { Outgoing, OutgoingResponse } from '@assent/ports';
import type { Fate } from './mail-folder.js';
import type { Incoming } from './mail-in.js';

type Bounce = Extract<Incoming, { kind: 'bounce' }>;

/** `keys`: one for each tenant whose mails come back here. Answers what became of it; empty when nothing was told. */
export function bounceTeller(url: string, outgoing: Outgoing, keys: readonly string[]) {
  const post = (key: string, body: object): Promise<OutgoingResponse> =>
    outgoing.send({
      method: 'POST',
      url: `${url}/v1/bounces`,
      headers: {
        ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        'user-agent': 'assent take-mail',
      },
      body: JSON.stringify(body),
    });

  return async ({ recipients, token, solicitationId, at }: Bounce): Promise<[Fate, string]> => {
    const [only, ...others] = recipients.filter(({ failed }) => failed);
    if (keys.length === 0 || only === undefined) return ['done', ''];
    if (token === undefined) return ['done', 'told to nobody, as no link of ours is in it'];
    if (others.length > 0) return ['done', 'told to nobody, as it is about several'];
    const told = { token, status: only.status, ...(solicitationId !== undefined && { solicitationId }) };
    for (const key of keys) {
      const first = await post(key, { ...told, ...(at !== undefined && { occurredAt: at }) });
      // The clock of that server is ahead: it has come, so it counts as of now.
      const answer = codeOf(first) === 'occurred-in-future' ? await post(key, told) : first;
      if (codeOf(answer) !== 'link-unknown') return fateOf(answer);
    }
    return ['refused', 'the link in it is none of these tenants'];
  };
}

function fateOf(answer: OutgoingResponse): [Fate, string] {
  const { status } = answer;
  if (status === 200 || status === 201) {
    const { undeliverable, reversed } = jsonOf(answer);
    const said = [undeliverable === true && 'undeliverable', reversed === true && 'not counted'];
    return ['done', said.filter(Boolean).join(', ') || 'changes nothing'];
  }
  if (codeOf(answer) === 'subject-unknown') return ['done', 'nobody is registered under the address'];
  if (status === 400 || status === 422) return ['refused', `the product refused it (${codeOf(answer)})`];
  return ['later', `the product answered ${status}`];
}

function codeOf(answer: OutgoingResponse): string {
  const { code } = jsonOf(answer);
  return answer.status >= 400 && typeof code === 'string' ? code : '';
}

function jsonOf({ body }: OutgoingResponse): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy answered: its status decides
  }
}
