import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstant } from './calendar.js';
import type { PolicyDocument } from './document.js';
import { policyFaults, PolicyFaults } from './faults.js';
import { readIntegrations } from './integrations-file.js';
import { LoadedPolicies, type Tenant } from './loaded-policies.js';
import { notesOf } from './notes.js';
import type { Policies } from './rules.js';
import { TenantFolder } from './tenant-folder.js';

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
  const folders = existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  if (folders.length === 0)
    throw new PolicyFaults([`${dir} holds no tenant: a folder with 1.yaml is needed`]);
  const faults: string[] = [];
  const notes: string[] = [];
  const tenants = new Map<string, Tenant>();
  for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const folder = new TenantFolder(name, join(dir, name));
    const tenant = loadTenant(folder, options);
    faults.push(...folder.faults);
    if (folder.faults.length > 0 || tenant === undefined) continue;
    tenants.set(name, tenant);
    notes.push(...notesOf(tenant, options.now));
  }
  if (faults.length > 0) throw new PolicyFaults(faults);
  return { policies: new LoadedPolicies(tenants), notes };
}

function loadTenant(folder: TenantFolder, { env, knownKinds }: LoadOptions): Tenant | undefined {
  const { tenant, faults } = folder;
  if (!/^[a-z0-9-]+$/.test(tenant))
    faults.push(`${tenant}: a tenant's folder is named in lower-case letters, digits, hyphens`);
  const documents = versionsOf(folder);
  const newest = documents.at(-1);
  if (newest === undefined) return undefined;
  const notices = folder.notices(newest.timezone);
  for (const id of [...asksConsent(newest), 'collection']) {
    if (!notices.has(`${id}@1`)) faults.push(`${tenant}/notices: the notice ${id}@1 is missing`);
  }
  const file = folder.yaml('integrations.yaml');
  const read = readIntegrations(tenant, file?.content, env, knownKinds);
  faults.push(...read.faults.map((fault) => `${tenant}/integrations.yaml: ${fault}`));
  return { documents, notices, texts: folder.texts(), integrations: read.integrations };
}

/** The versions without a gap, each a valid document of this tenant that begins after the one before. */
function versionsOf(folder: TenantFolder): PolicyDocument[] {
  const { tenant, faults } = folder;
  const files = folder.versions();
  if (!files.some(({ version }) => version === 1))
    faults.push(`${tenant}: 1.yaml, the first version, is missing`);
  const documents: PolicyDocument[] = [];
  let before = -Infinity;
  files.forEach(({ path, version, content }, index) => {
    if (content === undefined) return;
    const wrong = policyFaults(content);
    faults.push(...wrong.map((fault) => `${path}: ${fault}`));
    if (version !== index + 1) faults.push(`${path}: version ${index + 1} is missing before it`);
    if (wrong.length > 0) return;
    const document = content as PolicyDocument;
    if (document.tenant !== tenant)
      faults.push(`${path}: /tenant "${document.tenant}" is not the folder's name ${tenant}`);
    if (document.version !== version)
      faults.push(`${path}: /version ${document.version} is not the file's number ${version}`);
    const from = document.effectiveFrom && parseInstant(document.effectiveFrom, document.timezone);
    if (version > 1 && typeof from !== 'number')
      faults.push(`${path}: /effectiveFrom is needed in every version but the first`);
    if (version > 1 && typeof from === 'number') {
      if (from <= before) faults.push(`${path}: /effectiveFrom is not after that of version ${version - 1}`);
      before = from;
    }
    documents.push(document);
  });
  return documents;
}

/** Purposes for which the law or the policy asks consent of somebody, so that a notice must say what for. */
const asksConsent = ({ purposes }: PolicyDocument): string[] =>
  Object.entries(purposes)
    .filter(([, { class: kind, basis }]) =>
      basis === undefined ? kind === 'marketing' : Object.values(basis).includes('consent'),
    )
    .map(([id]) => id);
