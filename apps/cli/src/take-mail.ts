/** From a mail to the public door of the product, which alone knows whether a token is ours. */
import { maskAddress } from '@assent/contract';
import { OutgoingFailure, type Outgoing } from '@assent/ports';
import type { Fate, Work } from './mail-folder.js';
import { readIncoming, type Bounced } from './mail-in.js';

/** `url`: where the product answers, without a slash at its end. `tell` gets no address and no token. */
export function mailTaker(url: string, outgoing: Outgoing, tell: (line: string) => void): Work {
  const stop = async (path: string, what: string): Promise<[Fate, string]> => {
    const request = {
      method: 'POST',
      url: `${url}/u/${path}`,
      headers: { 'user-agent': 'assent take-mail' },
    } as const;
    try {
      const { status } = await outgoing.send(request);
      if (status === 200) return ['done', `${what}: recorded`];
      return status === 404
        ? ['refused', `${what}: the link in it is none of ours`]
        : ['later', `${what}: the product answered ${status}`];
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      return ['later', `${what}: the product cannot be reached (${error.kind})`];
    }
  };
  const workedOff = async (bytes: Buffer | undefined): Promise<[Fate, string]> => {
    if (bytes === undefined) return ['refused', 'longer than any report is'];
    const mail = readIncoming(bytes);
    switch (mail.kind) {
      case 'unsubscribe':
        return stop(mail.token, 'an unsubscribe');
      case 'complaint':
        return stop(`${mail.token}/complaint`, 'a complaint');
      case 'bounce':
        return ['done', `a bounce: ${mail.recipients.map(bounceText).join(', ')}`];
      case 'nothing':
        return ['done', mail.what];
      case 'unclear':
        return ['refused', mail.what];
    }
  };
  return async (bytes, name) => {
    const [fate, what] = await workedOff(bytes);
    tell(`${fate.padEnd(7)}  ${/^[\w.,:=+-]{1,200}$/.test(name) ? name : 'a file'}  ${what}`);
    return fate;
  };
}

const bounceText = ({ severity, status, recipient }: Bounced): string =>
  `${severity} ${status} ${recipient === undefined ? '(no address)' : maskAddress(recipient)}`;
