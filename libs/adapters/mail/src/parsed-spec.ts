import type { TakenMail } from '@assent/ports';
import PostalMime from 'postal-mime';

/** A message as an independent parser reads it. */
export async function parsed(raw: string, recipient: string): Promise<TakenMail> {
  const mail = await PostalMime.parse(raw);
  return {
    recipient,
    from: { name: mail.from?.name ?? '', address: mail.from?.address ?? '' },
    to: (mail.to ?? []).map(({ address }) => address ?? ''),
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: mail.headers.map(({ key, value }) => [key, value] as const),
    raw,
  };
}
