import type { IntegrationSettings } from '@assent/ports';

/** One place at Mailchimp: an audience, or a group or a marketing permission inside it. */
export interface Place {
  readonly list: string;
  readonly group: { readonly kind: 'interest' | 'permission'; readonly id: string } | undefined;
  /** The name for `closed` and `outSince`: the id of the list, or of the group. */
  readonly name: string;
}

const ID = /^[\w-]{1,64}$/;
const DATA_CENTRE = /-([a-z]{2,4}\d{1,4})$/;
const TARGET = ['list', 'interest', 'permission'];

/** Where each purpose of the settings lives. */
export const placesOf = ({ purposes }: IntegrationSettings): (Place & { readonly purpose: string })[] =>
  Object.entries(purposes).flatMap(([purpose, { list, interest, permission }]) => {
    if (list === undefined) return [];
    const group =
      interest !== undefined
        ? ({ kind: 'interest', id: interest } as const)
        : permission !== undefined
          ? ({ kind: 'permission', id: permission } as const)
          : undefined;
    return [{ purpose, list, group, name: group?.id ?? list }];
  });

export const keyOf = ({ options }: IntegrationSettings): string =>
  typeof options['apiKey'] === 'string' ? options['apiKey'] : '';

/** Without a slash at its end. The data centre is the part of the key behind the last `-`. */
export function baseOf(settings: IntegrationSettings): string {
  const own = settings.options['baseUrl'];
  if (typeof own === 'string') return own.replace(/\/+$/, '');
  return `https://${DATA_CENTRE.exec(keyOf(settings))?.[1] ?? 'us1'}.api.mailchimp.com/3.0`;
}

/** What is wrong with the settings, a sentence per member; the key is not repeated. */
export function faultsOf(settings: IntegrationSettings): { member: string; detail: string }[] {
  const { options, purposes } = settings;
  const own = options['baseUrl'];
  const key = keyOf(settings);
  const fault = (wrong: boolean, member: string, detail: string) => (wrong ? [{ member, detail }] : []);
  return [
    ...fault(key === '', 'apiKey', 'must be the API key, e.g. ${MAILCHIMP_API_KEY}'),
    ...fault(
      key !== '' && own === undefined && !DATA_CENTRE.test(key),
      'apiKey',
      'must end with its data centre, e.g. -us1, unless baseUrl is given',
    ),
    ...fault(own !== undefined && !isUrl(own), 'baseUrl', 'must be an https URL, without a user name'),
    ...fault(
      Object.keys(purposes).length === 0,
      'purposes',
      'must map a purpose to an audience, e.g. newsletter: { list: a1b2c3 }: nothing else is unsubscribed',
    ),
    ...Object.entries(purposes).flatMap(([purpose, target]) => targetFaults(`purposes.${purpose}`, target)),
  ];
}

function targetFaults(
  member: string,
  target: Readonly<Record<string, string>>,
): { member: string; detail: string }[] {
  const unknown = Object.keys(target).filter((name) => !TARGET.includes(name));
  if (target['list'] === undefined || unknown.length > 0) {
    const detail = `must name a list, and may name an interest or a permission in it: { list: a1b2c3 }`;
    return [
      { member, detail: unknown.length > 0 ? `has no member ${unknown.join(', ')}; it ${detail}` : detail },
    ];
  }
  if (target['interest'] !== undefined && target['permission'] !== undefined) {
    return [{ member, detail: 'may name an interest or a permission, not both' }];
  }
  return Object.entries(target)
    .filter(([, id]) => !ID.test(id))
    .map(([name]) => ({
      member: `${member}.${name}`,
      detail: 'must be an id of Mailchimp, e.g. a1b2c3d4e5',
    }));
}

function isUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
