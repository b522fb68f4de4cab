import type { IntegrationSettings } from '@assent/ports';
import { secretsOf } from './signature.js';

const PLACE = '{addressKey}';

/** What the receiver of a webhook is, from the entry in `integrations.yaml`. */
export interface Receiver {
  readonly url: string;
  readonly keys: readonly Buffer[];
  readonly includeAddresses: boolean;
  /** Where to ask which revision is applied for an address key; undefined when it cannot be asked. */
  readBackUrlOf(addressKey: string): string | undefined;
}

const text = ({ options }: IntegrationSettings, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

export function receiverOf(settings: IntegrationSettings): Receiver {
  const readBackUrl = text(settings, 'readBackUrl');
  return {
    url: text(settings, 'url') ?? '',
    keys: secretsOf(text(settings, 'secret') ?? '') ?? [],
    includeAddresses: settings.options['includeAddresses'] === true,
    readBackUrlOf: (key) => readBackUrl?.replaceAll(PLACE, encodeURIComponent(key)),
  };
}

/** What is wrong with the settings, a sentence per member; secrets are not repeated. */
export function faultsOf(settings: IntegrationSettings): { member: string; detail: string }[] {
  const { includeAddresses, readBackUrl } = settings.options;
  const readBack = text(settings, 'readBackUrl');
  const fault = (wrong: boolean, member: string, detail: string) => (wrong ? [{ member, detail }] : []);
  return [
    ...fault(!isUrl(text(settings, 'url')), 'url', 'must be the https URL to post to, without a user name'),
    ...fault(
      secretsOf(text(settings, 'secret') ?? '') === undefined,
      'secret',
      'must be whsec_ and 24 to 64 bytes in base64; several, newest first, separated by spaces',
    ),
    ...fault(
      includeAddresses !== undefined && typeof includeAddresses !== 'boolean',
      'includeAddresses',
      'must be true or false',
    ),
    ...fault(
      readBackUrl !== undefined &&
        !(readBack?.includes(PLACE) === true && isUrl(readBack.replaceAll(PLACE, 'key'))),
      'readBackUrl',
      `must be an https URL with ${PLACE} in it`,
    ),
  ];
}

/** Whether plain http may be used is the way out's to say: it knows which networks are private. */
function isUrl(value: string | undefined): boolean {
  if (value === undefined || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
