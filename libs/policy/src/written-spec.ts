/** Tenants as files in a folder of their own, for tests of what is written. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Temporal } from 'temporal-polyfill';
import { PolicyFaults } from './faults.js';
import { loadPolicies, type LoadOptions } from './load.js';

export const EXAMPLES = fileURLToPath(new URL('../../../policies', import.meta.url));
export const NOW = Date.parse('2026-11-24T08:00:00Z');

/** The instant of a local date-time, in Paris unless said otherwise. */
export const local = (text: string, zone = 'Europe/Paris'): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds;

/** The local date-time of an instant, to the minute where nothing else is to be told. */
export const shown = (instant: number | undefined, zone = 'Europe/Paris'): string | undefined =>
  instant === undefined
    ? undefined
    : Temporal.Instant.fromEpochMilliseconds(instant)
        .toZonedDateTimeISO(zone)
        .toPlainDateTime()
        .toString({ smallestUnit: 'second' })
        .replace(/:00$/, '');

export type Files = Readonly<Record<string, string>>;

/** A tenant `t` without a fault. */
export const SOUND: Files = {
  '1.yaml': `tenant: t
source: a text
version: 1
locale: en
timezone: Europe/Paris
purposes:
  offers: {class: marketing, prospecting: true, channels: [email]}
  account: {class: service, channels: [email]}
`,
  'notices/offers@1.en.md': 'We would like to send you offers.\n',
  'notices/collection@1.en.md': 'Your data serves to handle your request.\n',
  'texts.en.yaml': 'controller: {name: T}\nbrand: {name: T, colour: "#1f4e79"}\n',
};

/** Writes tenants as folders of files; a file of `undefined` is left out. */
export function written(
  tenants: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>,
): string {
  const dir = mkdtempSync(join(tmpdir(), 'policies-'));
  for (const [tenant, files] of Object.entries(tenants)) {
    mkdirSync(join(dir, tenant), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      if (content === undefined) continue;
      mkdirSync(dirname(join(dir, tenant, name)), { recursive: true });
      writeFileSync(join(dir, tenant, name), content);
    }
  }
  return dir;
}

type More = Readonly<Record<string, string | undefined>>;
const load = (dir: string, options: Partial<LoadOptions>) =>
  loadPolicies({ dir, env: {}, now: NOW, ...options });

/** The sound tenant with these files added or replaced. */
export const loaded = (more: More = {}, options: Partial<LoadOptions> = {}) =>
  load(written({ t: { ...SOUND, ...more } }), options);

/** What stops the start when these files are added or replaced. */
export function faults(more: More, options: Partial<LoadOptions> = {}): readonly string[] {
  return faultsIn(written({ t: { ...SOUND, ...more } }), options);
}

export function faultsIn(dir: string, options: Partial<LoadOptions> = {}): readonly string[] {
  try {
    load(dir, options);
    return [];
  } catch (error) {
    if (error instanceof PolicyFaults) return error.faults;
    throw error;
  }
}

/** The sound policy with lines of the text replaced, or lines added at its end. */
export const policy = (replaced: Readonly<Record<string, string>>, added = ''): Files => ({
  '1.yaml':
    Object.entries(replaced).reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the sound policy has no "${from}"`);
      return text.replace(from, to);
    }, SOUND['1.yaml'] ?? '') + added,
});

/** A later version of the sound policy, with lines added. */
export const later = (version: number, from: string, added: string): Files => ({
  [`${version}.yaml`]: `${(SOUND['1.yaml'] ?? '').replace('version: 1', `version: ${version}\neffectiveFrom: ${from}`)}${added}`,
});
