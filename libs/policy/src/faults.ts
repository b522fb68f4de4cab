import { Ajv, type ErrorObject } from 'ajv';
import { isDuration, parseInstant } from './calendar.js';
import { didYouMean } from './did-you-mean.js';
import { policySchema } from './schema.js';
import { isTimeZone } from './zone.js';

/** Everything wrong with what tenants wrote, one line each; the start stops on it. */
export class PolicyFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the policies:\n- ${faults.join('\n- ')}`,
    );
    this.name = 'PolicyFaults';
  }
}

const isLocale = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text)[0] === text;
  } catch {
    return false;
  }
};

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

const FORMATS: Readonly<Record<string, string>> = {
  duration: 'an ISO 8601 duration',
  'duration-or-word': 'an ISO 8601 duration, immediate or asap',
  instant: 'an RFC 3339 instant or a date',
  timezone: 'an IANA time zone such as Europe/Paris',
  locale: 'a BCP 47 language tag such as fr',
};

/** The faults of one policy document, each with its path and what is allowed there. */
export function policyFaults(document: unknown): string[] {
  if (validPolicy(document)) return [];
  return [...new Set((validPolicy.errors ?? []).flatMap((error) => sentence(error) ?? []))];
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
};

function sentence({ keyword, instancePath, params, data, parentSchema }: ErrorObject): string | undefined {
  const path = instancePath === '' ? '/' : instancePath;
  const given = params as Record<string, unknown>;
  const schema = (parentSchema ?? {}) as { properties?: object; description?: string };
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(given['additionalProperty']);
      const allowed = Object.keys(schema.properties ?? {});
      return `${instancePath}/${pointer(name)} is not a key here; allowed: ${allowed.join(', ')}${didYouMean(name, allowed)}`;
    }
    case 'required':
      return `${path} lacks the key ${String(given['missingProperty'])}`;
    case 'dependencies':
      return `${path} has ${String(given['property'])} and lacks ${String(given['missingProperty'])}`;
    case 'not':
      return `${path} has both then and thenMin; allowed: then, or thenMin and thenMax`;
    case 'enum': {
      const allowed = (given['allowedValues'] as unknown[]).map(String);
      return `${path} ${shown(data)} is not one of ${allowed.join(', ')}${didYouMean(String(data), allowed)}`;
    }
    case 'format':
      return `${path} ${shown(data)} is not ${FORMATS[String(given['format'])] ?? String(given['format'])}${formatHint(String(given['format']), String(data))}`;
    case 'type':
      return `${path} ${shown(data)} is not ${TYPES[String(given['type'])] ?? String(given['type'])}`;
    case 'pattern':
      // A key that is no name is told once, as `propertyNames`.
      return schema.description && `${path} ${shown(data)} is not ${schema.description}`;
    case 'propertyNames':
      return `${path} has the key "${String(given['propertyName'])}", which is no name for it: words that begin in lower case, joined by dots`;
    case 'minimum':
    case 'maximum':
      return `${path} ${shown(data)} is not ${String(given['comparison'])} ${String(given['limit'])}`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return `${path} is empty`;
    default:
      return `${path} ${shown(data)} is against ${keyword} ${JSON.stringify(params)}`;
  }
}

const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** `P30` is missing its unit, `30D` its P: say so. */
function formatHint(format: string, text: string): string {
  if (format === 'timezone') return didYouMean(text, Intl.supportedValuesOf('timeZone'));
  if (!format.startsWith('duration')) return '';
  const upper = text.toUpperCase();
  const repaired = [`${upper}D`, `P${upper}`, upper, `PT${upper}`].find(isDuration);
  return repaired === undefined ? '' : ` (did you mean ${repaired}?)`;
}
