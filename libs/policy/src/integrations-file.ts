import { lineage } from '@assent/contract';
import { didYouMean } from './did-you-mean.js';
import type { Integration, Processor } from './rules.js';

const OWN_KEYS = ['id', 'kind', 'role', 'enabled', 'purposes', 'unknownContact', 'processor'];
type Members = Record<string, unknown>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface IntegrationsToRead {
  readonly tenant: string;
  /** As parsed; nothing when there is no file. */
  readonly document: unknown;
  /** Where `${…}` is taken from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly knownKinds: readonly string[] | undefined;
  /** The purposes that the policy declares; not checked when nobody can say. */
  readonly purposes: readonly string[] | undefined;
}
type Fault = (path: string, text: string) => void;

/** What `integrations.yaml` says, with `${…}` taken from the environment. Faults name the variable, never a value. */
export function readIntegrations(file: IntegrationsToRead): {
  integrations: Integration[];
  faults: string[];
} {
  const faults: string[] = [];
  const { document } = file;
  if (document === null || document === undefined) return { integrations: [], faults };
  if (!isObject(document))
    return { integrations: [], faults: ['/ is not a mapping with the key integrations'] };
  for (const key of Object.keys(document).filter((name) => name !== 'integrations')) {
    faults.push(`/${key} is not a key here; allowed: integrations${didYouMean(key, ['integrations'])}`);
  }
  const entries = document['integrations'] ?? [];
  if (!Array.isArray(entries))
    return { integrations: [], faults: [...faults, '/integrations is not a list'] };
  const seen = new Set<unknown>();
  const integrations = entries.flatMap((entry: unknown, index) => {
    const before = faults.length;
    const fault: Fault = (path, text) => void faults.push(`/integrations/${index}${path} ${text}`);
    if (!isObject(entry)) {
      fault('', 'is not a mapping');
      return [];
    }
    const { id } = entry;
    if (typeof id === 'string' && seen.has(id)) fault('/id', `"${id}" is used twice`);
    seen.add(id);
    const integration = readEntry(entry, file, fault);
    return faults.length > before ? [] : integration;
  });
  return { integrations, faults };
}

function readEntry(
  entry: Members,
  { tenant, env, knownKinds, purposes: declared }: IntegrationsToRead,
  fault: Fault,
) {
  const enabled = entry['enabled'] ?? true;
  // What is switched off needs no secrets.
  const resolved = enabled === false ? entry : (resolve(entry, env, '', fault) as Members);
  // What is told when it is wrong is taken as written: a fault never shows a value of the environment.
  const { id, kind, role = 'marketing', unknownContact = 'skip' } = entry;
  const { purposes = {}, processor } = resolved;
  if (typeof id !== 'string' || !/^[a-z0-9-]{1,64}$/.test(id))
    fault('/id', 'is not of lower-case letters, digits, hyphens, 64 at most');
  if (typeof kind !== 'string') fault('/kind', 'is not a text');
  else if (knownKinds) oneOf(kind, knownKinds, '/kind', fault);
  oneOf(role, ['marketing', 'transactional', 'mixed'], '/role', fault);
  oneOf(unknownContact, ['skip', 'tombstone'], '/unknownContact', fault);
  if (typeof enabled !== 'boolean') fault('/enabled', 'is not true or false');
  checkTargets(purposes, declared, fault);
  if (processor !== undefined) checkProcessor(processor, entry['processor'], fault);
  const options = Object.fromEntries(Object.entries(resolved).filter(([key]) => !OWN_KEYS.includes(key)));
  for (const [key, value] of Object.entries(options)) {
    if (!['string', 'number', 'boolean'].includes(typeof value))
      fault(`/${key}`, 'is not a text, a number, true or false');
  }
  return { id, kind, role, enabled, purposes, unknownContact, processor, tenant, options } as Integration;
}

function oneOf(value: unknown, allowed: readonly string[], path: string, fault: Fault): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  const found = typeof value === 'string' ? `"${value}"` : 'what stands here';
  fault(path, `${found} is not one of ${allowed.join(', ')}${didYouMean(String(value), allowed)}`);
}

function resolve(value: unknown, env: IntegrationsToRead['env'], path: string, fault: Fault): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      const found = env[name];
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        fault(path, `"\${${name}}" does not name an environment variable`);
      else if (found === undefined || found === '')
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

/** Where each purpose lives in the tool. A purpose that the policy does not declare would never be used. */
function checkTargets(value: unknown, declared: readonly string[] | undefined, fault: Fault): void {
  const known = (id: string) =>
    declared === undefined || lineage(id).some((ancestor) => declared.includes(ancestor));
  const isTarget = (target: unknown) =>
    isObject(target) && Object.values(target).every((part) => typeof part === 'string');
  if (!isObject(value)) return fault('/purposes', 'is not a mapping, e.g. { newsletter: { list: a1b2c3 } }');
  for (const [id, target] of Object.entries(value)) {
    if (!known(id))
      fault(`/purposes/${id}`, `is not a purpose of the policy${didYouMean(id, declared ?? [])}`);
    if (!isTarget(target)) fault(`/purposes/${id}`, 'is not a mapping of texts, e.g. { list: a1b2c3 }');
  }
}

const PROCESSOR_KEYS = ['name', 'country', 'mechanism', 'contract', 'relation'];

function checkProcessor(value: unknown, asWritten: unknown, fault: Fault): asserts value is Processor {
  if (!isObject(value) || !isObject(asWritten))
    return fault('/processor', 'is not a mapping with name and country');
  const { country } = value;
  const { relation = 'processor' } = asWritten;
  for (const key of ['name', 'mechanism', 'contract'].filter((one) => one === 'name' || one in value)) {
    if (typeof value[key] !== 'string') fault(`/processor/${key}`, 'is not a text');
  }
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country))
    fault('/processor/country', 'is not an ISO 3166 code such as FR');
  oneOf(relation, ['processor', 'partner', 'supplier'], '/processor/relation', fault);
  for (const key of Object.keys(value).filter((name) => !PROCESSOR_KEYS.includes(name))) {
    fault(
      `/processor/${key}`,
      `is not a key here; allowed: ${PROCESSOR_KEYS.join(', ')}${didYouMean(key, PROCESSOR_KEYS)}`,
    );
  }
}
