import { Ajv, type ErrorObject } from 'ajv';
import { isDuration, isTimeZone, parseInstant } from './calendar.js';
import { policySchema } from './schema.js';

/** Everything wrong with what tenants wrote, one line each; the start stops on it. */
export class PolicyFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the policies:\n- ${faults.join('\n- ')}`,
    );
    this.name = 'PolicyFaults';
  }
}

const ajv = new Ajv({ allErrors: true, strict: true, verbose: true });
ajv.addFormat('duration', isDuration);
ajv.addFormat(
  'duration-or-word',
  (text: string) => isDuration(text) || text === 'immediate' || text === 'asap',
);
ajv.addFormat('instant', (text: string) => parseInstant(text, 'UTC') !== undefined);
ajv.addFormat('timezone', isTimeZone);
ajv.addFormat('locale', isLocale);
const validPolicy = ajv.compile(policySchema);

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text)[0] === text;
  } catch {
    return false;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  duration: 'an ISO 8601 duration',
  'duration-or-word': 'an ISO 8601 duration, "immediate" or "asap"',
  instant: 'an RFC 3339 instant or a date',
  timezone: 'an IANA time zone such as Europe/Paris',
  locale: 'a BCP 47 language tag such as fr',
};

/** The faults of one policy document, each with its path and what is allowed there. */
export function policyFaults(document: unknown): string[] {
  if (validPolicy(document)) return [];
  return [...new Set((validPolicy.errors ?? []).flatMap((error) => sentence(error) ?? []))];
}

function sentence({ keyword, instancePath, params, data, parentSchema }: ErrorObject): string | undefined {
  const path = instancePath === '' ? '/' : instancePath;
  const given = params as Record<string, unknown>;
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(given['additionalProperty']);
      const allowed = Object.keys((parentSchema?.['properties'] ?? {}) as object);
      return `${instancePath}/${name} is not a key here; allowed: ${allowed.join(', ')}${didYouMean(name, allowed)}`;
    }
    case 'required':
      return `${path} lacks the key ${String(given['missingProperty'])}`;
    case 'enum': {
      const allowed = (given['allowedValues'] as unknown[]).map(String);
      return `${path} ${shown(data)} is not one of ${allowed.join(', ')}${didYouMean(String(data), allowed)}`;
    }
    case 'format': {
      const hint = typeof data === 'string' ? durationHint(data) : '';
      return `${path} ${shown(data)} is not ${FORMATS[String(given['format'])] ?? String(given['format'])}${hint}`;
    }
    case 'type':
      return `${path} ${shown(data)} must be of type ${String(given['type'])}`;
    case 'pattern':
      return `${path} ${shown(data)} must match ${String(given['pattern'])}`;
    case 'propertyNames':
      return `${path} has the key ${String(given['propertyName'])}, which is no name for it: lower-case words joined by dots`;
    case 'minimum':
    case 'maximum':
      return `${path} ${shown(data)} must be ${String(given['comparison'])} ${String(given['limit'])}`;
    default:
      return `${path} ${keyword} ${JSON.stringify(params)}`;
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** `P30` is missing its unit, `30D` its P: say so. */
function durationHint(text: string): string {
  const repaired = [`${text}D`, `P${text}`, text.toUpperCase(), `P${text.toUpperCase()}`].find(isDuration);
  return repaired === undefined ? '' : ` (did you mean ${repaired}?)`;
}

export function didYouMean(name: string, allowed: readonly string[]): string {
  const near = allowed
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far, candidate }) => far <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.far - b.far)[0];
  return near === undefined ? '' : ` (did you mean ${near.candidate}?)`;
}

/** Edit distance, for names of a few letters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
