import { Injectable } from '@nestjs/common';
import { Policies } from '@assent/policy';
import { Keyring, type LinkPayload, type LinkUse } from '@assent/ports';
import { PublicUrl } from './public-url.js';

/** A token is a path parameter: the server must take one this long (Fastify's own limit is 100). */
export const LONGEST_TOKEN = 2048;

/** The links and headers of one mail: RFC 8058, RFC 2369, RFC 2919. */
export interface MailLinks {
  readonly unsubscribe: string;
  readonly preferences: string;
  readonly headers: {
    readonly 'List-Unsubscribe': string;
    readonly 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click';
    readonly 'List-Id': string;
  };
}

@Injectable()
export class Links {
  constructor(
    private readonly keyring: Keyring,
    private readonly policies: Policies,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** For one address and one purpose. The tokens never end and hold no clear address. */
  of(payload: LinkPayload, now: number): MailLinks {
    const token = this.keyring.sign('unsubscribe', payload);
    const unsubscribe = `${this.publicUrl.base}/u/${token}`;
    const [brand = ''] = this.policies.at(payload.tenant, now).brands;
    const host = DOMAIN.test(brand) ? brand : new URL(this.publicUrl.base).hostname;
    return {
      unsubscribe,
      preferences: `${this.publicUrl.base}/p/${this.keyring.sign('preferences', payload)}`,
      headers: {
        'List-Unsubscribe': `<${unsubscribe}>${this.byMail(token)}`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'List-Id': listId(payload.purpose, payload.tenant, host),
      },
    };
  }

  /** RFC 2369 §3.2, RFC 8058 §3.1: the https address is first; a mail to the other carries the token as its subject. */
  private byMail(token: string): string {
    const mailbox = this.publicUrl.unsubscribeMailbox;
    if (mailbox === undefined) return '';
    const at = mailbox.lastIndexOf('@');
    const to = `${encodeURIComponent(mailbox.slice(0, at))}@${mailbox.slice(at + 1)}`;
    return `, <mailto:${to}?subject=unsubscribe%20${token}>`;
  }

  /** Of the mail that asks for the second step of a sign-up; `campaign` names the request. */
  confirmation(payload: LinkPayload): string {
    return `${this.publicUrl.base}/c/${this.keyring.sign('confirm', payload)}`;
  }

  /** Path of a public page on this server, below whatever path the public address has. */
  path(...parts: readonly string[]): string {
    const { pathname } = new URL(this.publicUrl.base);
    return [pathname.replace(/\/$/, ''), ...parts].join('/');
  }

  preferencesPath(payload: LinkPayload): string {
    return this.path('p', this.keyring.sign('preferences', payload));
  }

  /** What a token of this use says; `undefined` for every kind of wrong token alike. */
  read(use: LinkUse, token: string): LinkPayload | undefined {
    const payload = this.keyring.verify(use, token);
    return payload !== undefined && this.policies.has(payload.tenant) ? payload : undefined;
  }
}

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;
const LONGEST = 255;

/** RFC 2919 §3: dot-atoms in angle brackets, 255 octets at most, the same for every mail of the list. */
export function listId(purpose: string, tenant: string, host: string): string {
  const domain = DOMAIN.test(host) ? host : 'localhost';
  const labels = [...purpose.toLowerCase().split('.'), tenant].map(label).filter(Boolean).join('.');
  const room = LONGEST - domain.length - '<.>'.length;
  return `<${labels.slice(-room).replace(/^[.-]+/, '')}.${domain}>`;
}

const label = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
