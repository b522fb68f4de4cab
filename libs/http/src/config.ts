/** Settings of every app, read from the environment by the table of `variables.ts`. */
import { SCOPES, type ApiScope } from './caller.js';
import { canarySetting } from './canary-setting.js';
import { mailSettings, type MailSettings } from './mail-settings.js';
import { storeSettings, type StoreSettings } from './store-settings.js';
import { VARIABLES, type Name } from './variables.js';

export interface ApiKeySetting {
  readonly tenant: string;
  readonly key: string;
  readonly scopes: readonly ApiScope[];
}

export interface Config {
  readonly store: StoreSettings;
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly policiesDir: string;
  readonly secret: Buffer | undefined;
  readonly linkSecrets: readonly Buffer[];
  readonly trustProxy: boolean;
  readonly apiKeys: readonly ApiKeySetting[];
  readonly mail: MailSettings;
  readonly allowPrivateNetworks: boolean;
  /** Pattern of the addresses of synthetic people; empty: none. */
  readonly canary: string;
  readonly testClock: boolean;
  readonly logLevel: string;
  /** Everything, for the placeholders of integrations. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Every setting that is wrong, one line each; values of secrets are never repeated. */
export class ConfigFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the settings are not valid:\n- ${faults.join('\n- ')}`);
    this.name = 'ConfigFaults';
  }
}

export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const faults: string[] = [];
  // An empty variable, as composing tools make them, is one that is not set.
  const raw = (name: Name): string =>
    env[name] || (VARIABLES.find((one) => one.name === name)?.default ?? '');
  const one = (name: Name, allowed: readonly string[]): string => {
    if (!allowed.includes(raw(name))) faults.push(`${name} must be one of ${allowed.join(', ')}`);
    return raw(name);
  };
  const flag = (name: Name): boolean => one(name, ['0', '1']) === '1';
  const bytes = (name: Name, text: string): Buffer => {
    const decoded = Buffer.from(text, 'base64');
    const canonical = decoded.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
    if (decoded.length < 32 || !canonical) faults.push(`${name} must be 32 bytes or more in base64`);
    return decoded;
  };
  const port = Number(raw('PORT'));
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push('PORT must be a number from 0 to 65535');
  const isTest = env['NODE_ENV'] === 'test';
  const config: Config = {
    store: storeSettings(raw, one, faults),
    port,
    host: raw('HOST'),
    publicUrl: env['ASSENT_PUBLIC_URL'] ? publicUrl(env['ASSENT_PUBLIC_URL'], faults) : undefined,
    dataDir: raw('ASSENT_DATA_DIR'),
    policiesDir: raw('ASSENT_POLICIES_DIR'),
    secret: raw('ASSENT_SECRET') === '' ? undefined : bytes('ASSENT_SECRET', raw('ASSENT_SECRET')),
    linkSecrets: listed(raw('ASSENT_LINK_SECRETS')).map((text) => bytes('ASSENT_LINK_SECRETS', text)),
    trustProxy: flag('ASSENT_TRUST_PROXY'),
    apiKeys: apiKeys(raw('ASSENT_API_KEYS'), faults),
    mail: mailSettings(
      raw('ASSENT_SMTP_URL'),
      raw('ASSENT_MAIL_FROM'),
      raw('ASSENT_UNSUBSCRIBE_MAILBOX'),
      env['ASSENT_PUBLIC_URL'],
      faults,
    ),
    allowPrivateNetworks: flag('ASSENT_ALLOW_PRIVATE_NETWORKS'),
    canary: canarySetting(
      raw('ASSENT_CANARY'),
      env['ASSENT_PUBLIC_URL'] !== undefined || raw('ASSENT_TEST_CLOCK') === '1',
      faults,
    ),
    testClock: flag('ASSENT_TEST_CLOCK'),
    logLevel: one('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    env,
  };
  if (config.store.kind === 'distributed') {
    if (config.secret === undefined)
      faults.push('ASSENT_SECRET is needed with ASSENT_STORE=mongodb: every service must have the same');
    if (config.testClock && !isTest)
      faults.push('ASSENT_TEST_CLOCK=1 goes with ASSENT_STORE=mongodb only where NODE_ENV is test');
  }
  for (const name of Object.keys(env))
    if (name.startsWith('ASSENT_') && !VARIABLES.some((known) => known.name === name))
      faults.push(`${name} is no setting; docs/reference/configuration.md lists them`);
  if (faults.length > 0) throw new ConfigFaults(faults);
  return config;
}

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function publicUrl(text: string, faults: string[]): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol) || /[?#@\s]/.test(text)) {
    faults.push('ASSENT_PUBLIC_URL must be an http or https address without query and without user');
  }
  return text.replace(/\/+$/, '');
}

function apiKeys(text: string, faults: string[]): ApiKeySetting[] {
  return listed(text).flatMap((entry, index) => {
    const where = `ASSENT_API_KEYS, entry ${index + 1}`;
    const equals = entry.indexOf('=');
    const tenant = entry.slice(0, Math.max(equals, 0));
    const [key = '', scopeText, ...more] = entry.slice(equals + 1).split(':');
    if (equals < 1 || !/^[\x21-\x7e]{1,200}$/.test(key) || more.length > 0) {
      faults.push(
        `${where} must be tenant=key[:scope+scope], with a key of printable ASCII without \`,\` and \`:\``,
      );
      return [];
    }
    // What is no scope may be the end of a key: it is not repeated.
    const scopes = scopeText === undefined ? ['*'] : scopeText.split('+');
    if (!scopes.every((scope) => ['*', ...SCOPES].includes(scope))) {
      faults.push(`${where} names something that is no scope; allowed: ${SCOPES.join(', ')}, *`);
      return [];
    }
    return [{ tenant, key, scopes: scopes.includes('*') ? SCOPES : (scopes as ApiScope[]) }];
  });
}

/** `.env.example` */
export const envExample = (): string =>
  [
    '# Made by `npm run reference` from the table that the apps read their settings by.',
    ...VARIABLES.map(({ name, default: value, meaning }) => `\n# ${meaning}\n# ${name}=${value}`),
    '',
  ].join('\n');

/** `docs/reference/configuration.md` */
export const configurationMarkdown = (): string =>
  [
    '# Configuration',
    '',
    'Made by `npm run reference`. Settings come from the environment and are checked at the start; all faults are listed at once.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...VARIABLES.map((variable) => {
      const secret = 'secret' in variable ? ' Secret: never printed.' : '';
      const value = variable.default === '' ? '' : `\`${variable.default}\``;
      return `| \`${variable.name}\` | ${value} | ${variable.meaning.replaceAll('|', '\\|')}${secret} |`;
    }),
    '',
  ].join('\n');
