import { didYouMean } from './faults.js';
import type { Integration, Processor } from './rules.js';

const OWN_KEYS = ['id', 'kind', 'role', 'enabled', 'purposes', 'unknownContact', 'processor'];
const ROLES = ['marketing', 'transactional', 'mixed'];
type Members = Record<string, unknown>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `integrations.yaml` says, with `${…}` taken from the environment. Faults name the variable, never a value. */
export function readIntegrations(
  tenant: string,
  document: unknown,
  env: Readonly<Record<string, string | undefined>>,
  knownKinds: readonly string[] | undefined,
): { integrations: Integration[]; faults: string[] } {
  const faults: string[] = [];
  if (document === null || document === undefined) return { integrations: [], faults };
  const list = isObject(document) ? document['integrations'] : undefined;
  if (
    !isObject(document) ||
    !Array.isArray(list ?? []) ||
    Object.keys(document).some((key) => key !== 'integrations')
  ) {
    return { integrations: [], faults: ['/ must hold one key, integrations: a list'] };
  }
  const entries = (list ?? []) as unknown[];
  const seen = new Set<string>();
  const integrations = entries.flatMap((entry, index) => {
    const at = `/integrations/${index}`;
    const before = faults.length;
    const fault = (path: string, text: string) => void faults.push(`${at}${path} ${text}`);
    if (!isObject(entry)) {
      fault('', 'must be a mapping');
      return [];
    }
    const enabled = entry['enabled'] ?? true;
    const resolved = enabled === false ? entry : (resolve(entry, env, '', fault) as Members);
    const { id, kind, role = 'marketing', purposes = {}, unknownContact = 'skip', processor } = resolved;
    if (typeof id !== 'string' || !/^[a-z0-9-]{1,64}$/.test(id))
      fault('/id', 'must be lower-case letters, digits, hyphens');
    else if (seen.has(id)) fault('/id', `${id} is used twice`);
    else seen.add(id);
    if (typeof kind !== 'string' || (knownKinds && !knownKinds.includes(kind))) {
      const known = knownKinds ?? [];
      fault('/kind', `must be one of ${known.join(', ')}${didYouMean(String(kind), known)}`);
    }
    if (!ROLES.includes(String(role))) fault('/role', `must be one of ${ROLES.join(', ')}`);
    if (typeof enabled !== 'boolean') fault('/enabled', 'must be true or false');
    if (!['skip', 'tombstone'].includes(String(unknownContact)))
      fault('/unknownContact', 'must be skip or tombstone');
    if (!isTargets(purposes))
      fault('/purposes', 'must map purposes to targets, e.g. { newsletter: { list: a1b2c3 } }');
    if (processor !== undefined) checkProcessor(processor, fault);
    const options = Object.entries(resolved).filter(([key]) => !OWN_KEYS.includes(key));
    for (const [key, value] of options) {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        fault(`/${key}`, 'must be a text, a number or a boolean');
    }
    if (faults.length > before) return [];
    return [
      {
        id,
        kind,
        role,
        enabled,
        purposes,
        unknownContact,
        processor,
        tenant,
        options: Object.fromEntries(options),
      },
    ] as Integration[];
  });
  return { integrations, faults };
}

function resolve(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
  fault: (path: string, text: string) => void,
): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name];
      if (found === undefined || found === '')
        fault(path, `needs the environment variable ${name}, which is not set`);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, env, `${path}/${index}`, fault));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolve(item, env, `${path}/${key}`, fault)]),
  );
}

const isTargets = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (target) => isObject(target) && Object.values(target).every((part) => typeof part === 'string'),
  );

function checkProcessor(
  value: unknown,
  fault: (path: string, text: string) => void,
): asserts value is Processor {
  if (!isObject(value)) return fault('/processor', 'must be a mapping with name and country');
  if (typeof value['name'] !== 'string') fault('/processor/name', 'must be a text');
  if (typeof value['country'] !== 'string' || !/^[A-Z]{2}$/.test(value['country'])) {
    fault('/processor/country', 'must be an ISO 3166 code such as FR');
  }
  const relation = value['relation'] ?? 'processor';
  if (!['processor', 'partner', 'supplier'].includes(String(relation))) {
    fault('/processor/relation', 'must be one of processor, partner, supplier');
  }
  const allowed = ['name', 'country', 'mechanism', 'contract', 'relation'];
  for (const key of Object.keys(value).filter((name) => !allowed.includes(name))) {
    fault(
      `/processor/${key}`,
      `is not a key here; allowed: ${allowed.join(', ')}${didYouMean(key, allowed)}`,
    );
  }
}
