import { statSync } from 'node:fs';
import { join } from 'node:path';
import { endOf, parseInstant } from './calendar.js';
import type { PolicyDocument } from './document.js';
import { policyFaults, PolicyFaults } from './faults.js';
import { readIntegrations } from './integrations-file.js';
import { LoadedPolicies, type Tenant } from './loaded-policies.js';
import { LAW_DEFAULT } from './law-default.js';
import { notesOf } from './notes.js';
import { readNotices } from './notices.js';
import type { Policies } from './rules.js';
import { namesIn, TenantFolder } from './tenant-folder.js';
import { readTexts } from './texts.js';

export interface LoadOptions {
  /** The folder that holds a folder per tenant. */
  readonly dir: string;
  /** Where `${…}` of integrations is taken from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds, for what has expired. */
  readonly now: number;
  /** Kinds of integration that exist; any is taken when absent. */
  readonly knownKinds?: readonly string[];
}

/** Reads and checks everything tenants have written; throws `PolicyFaults` with every fault of every tenant. */
export function loadPolicies(options: LoadOptions): { policies: Policies; notes: string[] } {
  const { dir } = options;
  const folders = namesIn(dir).filter((name) => statSync(join(dir, name)).isDirectory());
  if (folders.length === 0) throw new PolicyFaults([`${dir}: no tenant found; allowed: folders with 1.yaml`]);
  const faults: string[] = [];
  const notes: string[] = [];
  const tenants = new Map<string, Tenant>();
  for (const name of folders) {
    const folder = new TenantFolder(name, join(dir, name));
    const tenant = loadTenant(folder, options);
    faults.push(...folder.faults);
    if (folder.faults.length > 0) continue;
    tenants.set(name, tenant);
    notes.push(...notesOf(tenant, options.now));
  }
  if (faults.length > 0) throw new PolicyFaults(faults);
  return { policies: new LoadedPolicies(tenants), notes };
}

function loadTenant(folder: TenantFolder, { env, knownKinds }: LoadOptions): Tenant {
  const { tenant, faults } = folder;
  if (!/^[a-z0-9-]+$/.test(tenant))
    faults.push(`${tenant}: the folder's name is not of lower-case letters, digits, hyphens`);
  const { documents, valid } = versionsOf(folder);
  const newest = documents.at(-1);
  const notices = readNotices(folder, newest?.timezone ?? 'UTC');
  const asking = new Map(documents.flatMap(asksConsent));
  for (const [id, why] of [...asking, ['collection', 'is shown wherever data is collected'] as const]) {
    if (!notices.has(`${id}@1`)) faults.push(`${tenant}/notices: ${id}@1.<locale>.md is missing: it ${why}`);
  }
  const read = readIntegrations({
    tenant,
    document: folder.integrations()?.content,
    env,
    knownKinds,
    // With a version that could not be read, nobody can say which purposes there are.
    purposes: valid ? documents.flatMap((document) => Object.keys(document.purposes)) : undefined,
  });
  faults.push(...read.faults.map((fault) => `${tenant}/integrations.yaml: ${fault}`));
  return { documents, notices, texts: readTexts(folder), integrations: read.integrations };
}

/** The versions without a gap, each a valid document of this tenant that begins after the one before. */
function versionsOf(folder: TenantFolder): { documents: PolicyDocument[]; valid: boolean } {
  const { tenant, faults } = folder;
  const files = folder.versions();
  if (files.length === 0) faults.push(`${tenant}: 1.yaml, the first version of the policy, is missing`);
  const documents: PolicyDocument[] = [];
  let before = -Infinity;
  files.forEach(({ path, version, content }, index) => {
    const fault = (text: string) => void faults.push(`${path}: ${text}`);
    const expected = (files[index - 1]?.version ?? 0) + 1;
    if (version !== expected) fault(`version ${expected} is missing before it`);
    if (content === undefined) return;
    const wrong = policyFaults(content);
    wrong.forEach(fault);
    if (wrong.length > 0) return;
    const document = content as PolicyDocument;
    contradictions(document).forEach(fault);
    if (document.tenant !== tenant) fault(`/tenant "${document.tenant}" is not the folder's name, ${tenant}`);
    if (document.version !== version)
      fault(`/version ${document.version} is not the number in the file's name, ${version}`);
    const { effectiveFrom } = document;
    const from = effectiveFrom === undefined ? undefined : parseInstant(effectiveFrom, document.timezone);
    if (from === undefined && version > 1)
      fault('/effectiveFrom is missing: every version but the first needs it');
    if (from !== undefined && from <= before)
      fault(`/effectiveFrom "${effectiveFrom}" is not after that of the version before`);
    before = from ?? before;
    documents.push(document);
  });
  return { documents, valid: files.length > 0 && documents.length === files.length };
}

/** What each key allows by itself, and not together with another. */
function contradictions({ purposes, retention = [] }: PolicyDocument): string[] {
  const tooShort = (min: string, max: string) => endOf(0, min, 'UTC') > endOf(0, max, 'UTC');
  return [
    ...Object.entries(purposes)
      .filter(([, { class: kind, prospecting }]) => prospecting === true && kind !== 'marketing')
      .map(([id, { class: kind }]) => `/purposes/${id}/prospecting is for the class marketing, not ${kind}`),
    ...retention.flatMap(({ thenMin, thenMax }, index) =>
      thenMin !== undefined && thenMax !== undefined && tooShort(thenMin, thenMax)
        ? [`/retention/${index}/thenMin ${thenMin} is longer than thenMax ${thenMax}`]
        : [],
    ),
  ];
}

/** Purposes for which the law or the policy asks consent of somebody, so that a notice must say what for. */
const asksConsent = ({ purposes }: PolicyDocument): (readonly [id: string, why: string])[] =>
  Object.entries(purposes)
    .filter(([, { class: kind, basis }]) =>
      Object.values({ ...LAW_DEFAULT.basis[kind], ...basis }).includes('consent'),
    )
    .map(([id]) => [id, `says what people agree to under /purposes/${id}`]);
