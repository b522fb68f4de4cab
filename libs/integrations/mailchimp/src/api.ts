import { createHash } from 'node:crypto';
import type { Dialect, Members } from '@assent/integration-kit';
import type { IntegrationSettings } from '@assent/ports';
import { baseOf, keyOf } from './settings.js';

export const FORGOTTEN = 'Forgotten Email Not Subscribed';
/** Titles by which Mailchimp refuses an opt-in for good. Error documents are matched by title, never by prose. */
const REFUSED = ['Member In Compliance State', FORGOTTEN];
/** The one exception: its title is that of every invalid request. */
const TOO_OFTEN = /signed up to a lot of lists very recently/i;

/** Mailchimp Marketing 3.0: paths hold a hash of the address, evidence the template only. */
export const dialectOf = (settings: IntegrationSettings): Dialect => ({
  base: baseOf(settings),
  headers: { authorization: `Basic ${Buffer.from(`any:${keyOf(settings)}`).toString('base64')}` },
  digestKey: keyOf(settings),
  judge: (status, { title, detail }: Members) => {
    const told = typeof title === 'string' ? { detail: title } : {};
    if (status !== 400) return told;
    if (typeof title === 'string' && REFUSED.includes(title)) return { ...told, class: 'refused' };
    return typeof detail === 'string' && TOO_OFTEN.test(detail) ? { ...told, class: 'retry' } : told;
  },
});

/** MD5 of the lower-cased address: how Mailchimp names a member. Personal data, for paths only. */
export const memberHash = (address: string): string =>
  createHash('md5').update(address.toLowerCase()).digest('hex');
