import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import type { World } from './world.js';

/** The mails that the product has kept, oldest first, as an independent parser reads them. */
export async function mailsOf(world: World, to?: string): Promise<Email[]> {
  const folder = join(world.dataDir, 'mails');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .sort();
  const mails = await Promise.all(files.map((name) => PostalMime.parse(readFileSync(join(folder, name)))));
  return mails.filter((mail) => to === undefined || mail.to?.some(({ address }) => address === to));
}

/** Path of the link of a kind in a mail: `c` confirms, `u` unsubscribes, `p` shows all messages. */
export function linkIn({ text = '' }: Email, kind: 'c' | 'u' | 'p'): string {
  const found = new RegExp(`https?://[^\\s<>"]+(/${kind}/[A-Za-z0-9_-]+)`).exec(text)?.[1];
  if (found === undefined) throw new Error(`the mail has no /${kind}/ link`);
  return found;
}
