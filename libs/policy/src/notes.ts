import type { PolicyDocument } from './document.js';
import { holds, MECHANISMS } from './law-default.js';
import type { Tenant } from './loaded-policies.js';
import { RECORDED_ONLY } from './schema.js';
import { contrastOnWhite } from './texts.js';

/** The acts that the prospect's clock is told of: the members of `Anchors`. */
const KNOWN_ACTS = ['collection', 'contactByPerson', 'click', 'signIn', 'contractEnd'];

/** What an operator should know about policies that are valid: what nothing acts upon yet, and what is doubtful. */
export function notesOf(tenant: Tenant, now: number): string[] {
  return [...tenant.documents.flatMap((document) => ofVersion(document, now)), ...ofTenant(tenant)];
}

function ofVersion(document: PolicyDocument, now: number): string[] {
  const notes: string[] = [];
  const { prospect, processors = [] } = document;
  const recorded = RECORDED_ONLY.filter((key) => key in document);
  if (recorded.length > 0) notes.push(`${recorded.join(', ')} are recorded and not yet acted upon`);
  if (prospect?.unansweredLimit !== undefined && prospect.answerWindow === undefined)
    notes.push(
      'prospect.answerWindow is silent, so prospects who do not answer are kept until the inactivity ends (A2-3)',
    );
  const unknown = [...(prospect?.startsOn ?? []), ...(prospect?.fallback ?? [])].filter(
    (act) => !KNOWN_ACTS.includes(act),
  );
  if (unknown.length > 0)
    notes.push(`prospect: ${unknown.join(', ')} is recorded for no prospect, so it starts no clock`);
  for (const { name, mechanism = '' } of processors) {
    const validity = Object.hasOwn(MECHANISMS, mechanism) ? MECHANISMS[mechanism] : undefined;
    if (validity !== undefined && !holds(validity, now))
      notes.push(`the transfer mechanism ${mechanism} of ${name} is not valid; replace it (A1-6)`);
  }
  return notes.map((note) => `${document.tenant}@${document.version}: ${note}`);
}

function ofTenant({ documents, notices, texts, integrations }: Tenant): string[] {
  const newest = documents.at(-1);
  if (newest === undefined) return [];
  const { tenant, locale } = newest;
  const notes: string[] = [];
  const all = [...texts.values()];
  if (!all.some((one) => one.has('controller.name')))
    notes.push(
      'no controller is named (controller.name in the texts): people must be told who is responsible (GDPR art. 13; A4-10)',
    );
  for (const colour of new Set(all.flatMap((one) => one.get('brand.colour') ?? []))) {
    if (contrastOnWhite(colour) < 4.5)
      notes.push(
        `brand.colour ${colour} is hard to read on white: its contrast is less than 4.5 (WCAG 2.2, 1.4.3)`,
      );
  }
  const untold = [...notices].filter(
    ([, one]) => !(locale in one.texts) && !((locale.split('-')[0] ?? '') in one.texts),
  );
  if (untold.length > 0)
    notes.push(`no text in ${locale} of the notices ${untold.map(([ref]) => ref).join(', ')}`);
  for (const { id, processor } of integrations) {
    if (processor !== undefined && processor.contract === undefined)
      notes.push(`no contract is recorded for the processor of ${id} (GDPR art. 28)`);
  }
  return notes.map((note) => `${tenant}: ${note}`);
}
