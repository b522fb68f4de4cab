/** What Plivo posts: the message of somebody who writes STOP. */
import { asForm, hmac, type Happening, type Post } from '@assent/integration-kit';
import { signedText } from './inbound.js';

export function posted(
  { what, address, target, id }: Happening,
  url: string,
  token: string,
): Post | undefined {
  if (what !== 'left') return undefined;
  const fields = { From: address.replace('+', ''), To: target ?? '36180', Text: 'Arrêt !', MessageUUID: id };
  const post = asForm(fields);
  const nonce = `nonce-${id}`;
  const text = `${signedText(url, new URLSearchParams(fields))}.${nonce}`;
  const signature = hmac('sha256', token, text).toString('base64');
  return {
    ...post,
    headers: { ...post.headers, 'x-plivo-signature-v3': signature, 'x-plivo-signature-v3-nonce': nonce },
  };
}
