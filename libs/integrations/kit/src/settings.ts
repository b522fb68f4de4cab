import type { IntegrationSettings } from '@assent/ports';

export interface SettingFault {
  readonly member: string;
  readonly detail: string;
}

/** What the entry of one kind of tool in `integrations.yaml` must hold. */
export interface SettingRules {
  /** Secrets by name, each with what it must be: `apiKey: 'the API key, e.g. ${BREVO_API_KEY}'`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Texts that must be there, or may: with what they look like. */
  readonly texts?: Readonly<
    Record<string, { readonly form: RegExp; readonly detail: string; readonly optional?: boolean }>
  >;
  /** The members of one target, the first named being what closes: `list: 7`. */
  readonly target: Readonly<Record<string, { readonly form: RegExp; readonly detail: string }>>;
  /** An example for the message: `newsletter: { list: 7 }`. */
  readonly example: string;
  /** The tool has no targets that must be mapped. */
  readonly withoutTargets?: boolean;
  /** Names of base URLs that may be given. */
  readonly urls?: readonly string[];
  /**
   * The sentence that refuses these settings when the only lever also stops invoices and password resets on an account
   * that sends them; undefined where it does not.
   */
  readonly blocksTransactional?: (settings: IntegrationSettings) => string | undefined;
}

/** What is wrong with the settings, a sentence per member; secrets are not repeated. */
export function settingFaults(settings: IntegrationSettings, rules: SettingRules): SettingFault[] {
  const { options, purposes, role } = settings;
  const fault = (wrong: boolean, member: string, detail: string) => (wrong ? [{ member, detail }] : []);
  const blocking = role === 'marketing' ? undefined : rules.blocksTransactional?.(settings);
  return [
    ...Object.entries(rules.secrets).flatMap(([name, what]) =>
      fault(option(settings, name) === undefined, name, `must be ${what}`),
    ),
    ...Object.entries(rules.texts ?? {}).flatMap(([name, { form, detail, optional }]) => {
      const value = option(settings, name);
      return fault(value === undefined ? optional !== true : !form.test(value), name, `must be ${detail}`);
    }),
    ...(rules.urls ?? ['baseUrl']).flatMap((name) =>
      fault(
        option(settings, name) !== undefined && !isUrl(options[name]),
        name,
        'must be an https URL, without a user name',
      ),
    ),
    ...fault(
      Object.keys(purposes).length === 0 && rules.withoutTargets !== true,
      'purposes',
      `must map a purpose to a target, e.g. ${rules.example}: nothing else is unsubscribed`,
    ),
    ...Object.entries(purposes).flatMap(([purpose, target]) =>
      targetFaults(`purposes.${purpose}`, target, rules),
    ),
    ...fault(blocking !== undefined, 'role', blocking ?? ''),
  ];
}

function targetFaults(
  member: string,
  target: Readonly<Record<string, string>>,
  rules: SettingRules,
): SettingFault[] {
  const unknown = Object.keys(target).filter((name) => !(name in rules.target));
  if (unknown.length > 0)
    return [{ member, detail: `has no member ${unknown.join(', ')}; it must be like ${rules.example}` }];
  if (Object.keys(target).length !== 1)
    return [{ member, detail: `must name one target, like ${rules.example}` }];
  return Object.entries(target)
    .filter(([name, id]) => rules.target[name]?.form.test(id) !== true)
    .map(([name]) => ({
      member: `${member}.${name}`,
      detail: `must be ${rules.target[name]?.detail ?? ''}`,
    }));
}

/** A text of the settings; numbers as they are written. Undefined when it is empty or missing. */
export function option({ options }: IntegrationSettings, name: string): string | undefined {
  const value = options[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A base URL of the settings, or the vendor's own; without a slash at its end. */
export const baseOf = (settings: IntegrationSettings, vendors: string, name = 'baseUrl'): string =>
  (option(settings, name) ?? vendors).replace(/\/+$/, '');

export function isUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
