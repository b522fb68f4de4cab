/**
 * What mailbox providers and the RFCs ask of a mail to a list, checked on one that was sent. No finding repeats a word of
 * the mail but domain names: addresses and tokens stay where they are.
 */
import { isError, type Finding, type SentMail } from './lint-finding.js';
import { leavesOf, readMessage } from './message.js';
import { bodyFindings } from './lint-mail-body.js';
import { dkimFindings, receivedFindings } from './lint-mail-dkim.js';
import { formFindings, listIdFindings, senderFindings } from './lint-mail-sender.js';
import { postFindings, unsubscribeFindings } from './lint-mail-unsubscribe.js';

/** Errors first. `publicUrl`: links must lead there. */
export function lintMail(bytes: Uint8Array, publicUrl?: string): Finding[] {
  const message = readMessage(bytes);
  const shown = leavesOf(message).filter(({ isAttached }) => !isAttached);
  const contentOf = (type: string): string | undefined => shown.find((leaf) => leaf.type === type)?.content;
  const mail: SentMail = {
    message,
    text: contentOf('text/plain'),
    html: contentOf('text/html'),
    publicUrl: publicUrl?.replace(/\/+$/, ''),
  };
  const findings = CHECKS.flatMap((check) => check(mail));
  return [...findings.filter(isError), ...findings.filter((one) => !isError(one))];
}

const CHECKS: readonly ((mail: SentMail) => Finding[])[] = [
  unsubscribeFindings,
  postFindings,
  dkimFindings,
  receivedFindings,
  bodyFindings,
  listIdFindings,
  senderFindings,
  formFindings,
];

export function findingsText(findings: readonly Finding[]): string {
  const errors = findings.filter(isError).length;
  const lines = findings.map(
    ({ level, where, what, why, remedy }) =>
      `${level.toUpperCase().padEnd(7)}  ${where}: ${what}\n         why: ${why}\n         do:  ${remedy}\n`,
  );
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const total = `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`;
  const unseen = 'Signatures were not verified: what the receiver found stands in Authentication-Results.';
  return [...lines, `${total}. ${unseen}\n`].join('\n');
}
