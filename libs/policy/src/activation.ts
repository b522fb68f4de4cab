import type { PolicyDocument } from './document.js';
import { EEA, holds, MECHANISMS } from './law-default.js';
import type { Inactive, Integration, Processor } from './rules.js';

/** Why the policy forbids sending personal data to the tool, if it does. In order: sharing, recipients, borders. */
export function forbids(policy: PolicyDocument, integration: Integration, at: number): Inactive | undefined {
  const { processor, kind } = integration;
  if (processor === undefined) return undefined; // the tenant's own system
  return sharing(policy, processor) ?? recipients(policy, processor, kind) ?? borders(policy, processor, at);
}

function sharing({ sharing: rules }: PolicyDocument, { name, relation }: Processor): Inactive | undefined {
  if (relation !== 'partner' || rules?.thirdParties === 'partners') return undefined;
  return {
    code: 'sharing-forbidden',
    detail: `The policy lets no partner receive personal data; ${name} is one.`,
  };
}

/** S1-29: where recipients are listed, a tool among them by its kind, else by its name. */
function recipients(policy: PolicyDocument, { name }: Processor, kind: string): Inactive | undefined {
  if (policy.sharing?.thirdParties !== 'listed') return undefined;
  const listed = (policy.processors ?? []).filter(({ recipientListed }) => recipientListed === true);
  const found = listed.some(
    (one) => one.connectors?.includes(kind) === true || one.name.toLowerCase() === name.toLowerCase(),
  );
  if (found) return undefined;
  return {
    code: 'recipient-unlisted',
    detail: `${name} is not among the recipients that the policy names; a new version must be announced first.`,
  };
}

/** GDPR art. 44: outside the EEA only on a ground in force; where the policy promised "never", never (seeds A0-1). */
function borders(policy: PolicyDocument, processor: Processor, at: number): Inactive | undefined {
  const { name, country, mechanism } = processor;
  if (EEA.has(country)) return undefined;
  const refused = (detail: string): Inactive => ({ code: 'transfer-forbidden', detail });
  if (policy.transfers?.outsideEU === 'forbidden') {
    return refused(
      `The policy promises that no personal data leaves the European Union; ${name} is in ${country}.`,
    );
  }
  if (mechanism === undefined) return refused(`No transfer mechanism to ${country} is recorded for ${name}.`);
  const validity = Object.hasOwn(MECHANISMS, mechanism) ? MECHANISMS[mechanism] : undefined;
  if (validity === undefined) {
    const known = Object.keys(MECHANISMS).join(', ');
    return refused(`The mechanism ${mechanism} recorded for ${name} is not one of ${known}.`);
  }
  if (holds(validity, at)) return undefined;
  const { from = 0, until = Infinity } = validity;
  const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);
  return refused(
    at >= until
      ? `The mechanism ${mechanism} recorded for ${name} has been invalid since ${day(until)}.`
      : `The mechanism ${mechanism} recorded for ${name} holds only from ${day(from)}.`,
  );
}
