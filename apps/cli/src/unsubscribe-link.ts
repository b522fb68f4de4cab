/** The addresses in angle brackets, comma-separated; undefined when the value is not a list of such. */
export function addressesIn(value: string): string[] | undefined {
  const bare = value.replace(/\([^()<>]*\)/g, ' ').trim();
  const isList = /^<[^<>]*>(?:\s*,\s*<[^<>]*>)*$/.test(bare);
  return isList ? [...bare.matchAll(/<([^<>]*)>/g)].map(([, uri = '']) => uri) : undefined;
}

/** A token of ours as it looks from outside: base64url of its format, a key id, an address key, words and a MAC. */
export function looksSigned(token: string): boolean {
  const bytes = Buffer.from(token.slice(0, 4096), 'base64url');
  return bytes.length > 40 && bytes[0] === 1 && bytes.toString('base64url') === token;
}

/** The token of an unsubscribe link, wherever it leads: tokens outlive the addresses of their server. */
export function tokenOf(uri: string): string | undefined {
  const [, token = ''] = /^https?:\/\/[^\s?#]*\/u\/([\w-]+)$/i.exec(uri.slice(0, LONGEST)) ?? [];
  return looksSigned(token) ? token : undefined;
}

const LONGEST = 4096;
