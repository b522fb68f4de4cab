import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isIP } from 'node:net';
import { OutgoingFailure, type OutgoingRequest } from '@assent/ports';
import { reachOf } from './blocked.js';

const SETTING = 'see ASSENT_ALLOW_PRIVATE_NETWORKS';
/** What frames a request on the wire is ours alone: another length or host is a second request in the first. */
const OURS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'te',
]);

/**
 * Whether an address may be connected to; throws when not. Plain http goes to private networks only, and only where
 * they are allowed.
 */
export function admitAddress(address: string, secure: boolean, allowPrivateNetworks: boolean): void {
  const reach = reachOf(address);
  if (reach === 'never' || (reach === 'private' && !allowPrivateNetworks)) {
    throw new OutgoingFailure('private-address', `the address is not on the public internet; ${SETTING}`);
  }
  if (reach === 'public' && !secure) {
    throw new OutgoingFailure('invalid-url', 'the address must begin with https: outside private networks');
  }
}

/** The URL of a request that may be sent at all; throws when not. Literal addresses are judged here. */
export function admitUrl(text: string, allowPrivateNetworks: boolean): URL {
  // The parser takes these away in silence, and what is left may name another host.
  if (/[\s\\\p{Cc}]/u.test(text))
    throw invalid('the address holds a space, a backslash or a control character');
  if (!URL.canParse(text)) throw invalid('the address is not a URL');
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  if (!secure && !(url.protocol === 'http:' && allowPrivateNetworks)) {
    throw invalid(`the address must begin with https:${allowPrivateNetworks ? ' or http:' : ''}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('the address may hold no user name and no password');
  }
  // A literal is connected to without a look-up. The parser has brought 127.1, 0x7f.1 and 2130706433 into one form.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) admitAddress(literal, secure, allowPrivateNetworks);
  return url;
}

/** No header can end early and begin another one, or say where the body ends. */
export function admitHeaders(headers: OutgoingRequest['headers'] = {}): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new OutgoingFailure('invalid-request', 'a header holds what no header may hold');
    }
    if (OURS.has(name.toLowerCase())) {
      throw new OutgoingFailure(
        'invalid-request',
        `the header ${name.toLowerCase()} is not the caller's to set`,
      );
    }
  }
}

const invalid = (reason: string): OutgoingFailure => new OutgoingFailure('invalid-url', reason);
