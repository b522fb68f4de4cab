import type { Tenant } from './loaded-policies.js';
import { EXPIRED_MECHANISMS } from './law-default.js';
import { RECORDED_ONLY } from './schema.js';

/** What an operator should know about a policy that is valid: what nothing acts upon yet, and what is doubtful. */
export function notesOf({ documents, integrations }: Tenant, now: number): string[] {
  return documents.flatMap((document) => {
    const name = `${document.tenant}@${document.version}`;
    const recorded = RECORDED_ONLY.filter((key) => key in document);
    const { prospect, processors = [] } = document;
    const expired = processors.filter(
      ({ mechanism }) => now >= (EXPIRED_MECHANISMS[mechanism ?? ''] ?? Infinity),
    );
    return [
      ...(recorded.length > 0 ? [`${name}: ${recorded.join(', ')} are recorded and not yet acted upon`] : []),
      ...(prospect?.unansweredLimit !== undefined && prospect.answerWindow === undefined
        ? [
            `${name}: prospect.answerWindow is silent, so prospects who do not answer are kept until the inactivity ends (A2-3)`,
          ]
        : []),
      ...(expired.length > 0
        ? [
            `${name}: the transfer mechanism of ${expired.map((one) => one.name).join(', ')} is no longer valid (A1-6)`,
          ]
        : []),
      ...integrations
        .filter(({ processor }) => processor !== undefined && processor.contract === undefined)
        .map(({ id }) => `${name}: no contract is recorded for the processor of ${id} (GDPR art. 28)`),
    ];
  });
}
