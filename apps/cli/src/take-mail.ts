/** From a mail to the doors of the product, which alone knows whether a token is ours. */
import { maskAddress } from '@assent/contract';
import { OutgoingFailure, type Outgoing } from '@assent/ports';
import { bounceTeller } from './bounce-teller.js';
import type { Fate, Work } from './mail-folder.js';
import { readIncoming, type Bounced } from './mail-in.js';

export interface TakerOptions {
  /** Where the product answers, without a slash at its end. */
  readonly url: string;
  readonly outgoing: Outgoing;
  /** Told of each mail; it gets no address and no token. */
  readonly tell: (line: string) => void;
  /** API keys to tell bounces with; without one they are only said. */
  readonly keys?: readonly string[];
}

export function mailTaker({ url, outgoing, tell, keys = [] }: TakerOptions): Work {
  const tellBounce = bounceTeller(url, outgoing, keys);
  const stop = async (path: string, what: string): Promise<[Fate, string]> => {
    const request = {
      method: 'POST',
      url: `${url}/u/${path}`,
      headers: { 'user-agent': 'assent take-mail' },
    } as const;
    const { status } = await outgoing.send(request);
    if (status === 200) return ['done', `${what}: recorded`];
    return status === 404
      ? ['refused', `${what}: the link in it is none of ours`]
      : ['later', `${what}: the product answered ${status}`];
  };
  const workedOff = async (bytes: Buffer | undefined): Promise<[Fate, string]> => {
    if (bytes === undefined) return ['refused', 'longer than any report is'];
    const mail = readIncoming(bytes);
    switch (mail.kind) {
      case 'unsubscribe':
        return stop(mail.token, 'an unsubscribe');
      case 'complaint':
        return stop(`${mail.token}/complaint`, 'a complaint');
      case 'bounce': {
        const [fate, what] = await tellBounce(mail);
        return [fate, `a bounce: ${mail.recipients.map(bounceText).join(', ')}${what && `: ${what}`}`];
      }
      case 'nothing':
        return ['done', mail.what];
      case 'unclear':
        return ['refused', mail.what];
    }
  };
  const tried = async (bytes: Buffer | undefined): Promise<[Fate, string]> => {
    try {
      return await workedOff(bytes);
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      return ['later', `the product cannot be reached (${error.kind})`];
    }
  };
  return async (bytes, name) => {
    const [fate, what] = await tried(bytes);
    tell(`${fate.padEnd(7)}  ${/^[\w.,:=+-]{1,200}$/.test(name) ? name : 'a file'}  ${what}`);
    return fate;
  };
}

const bounceText = ({ severity, status, recipient }: Bounced): string =>
  `${severity} ${status} ${recipient === undefined ? '(no address)' : maskAddress(recipient)}`;
