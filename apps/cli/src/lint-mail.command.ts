import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { isError } from './lint-finding.js';
import { findingsText, lintMail } from './lint-mail.js';

export const addTo = (program: Command): void => {
  program
    .command('lint-mail')
    .description(
      'checks a sent mail: one-click unsubscribe, signatures, list headers, links (RFC 8058, 2369, 2919)',
    )
    .argument('[file]', 'the mail as it arrived (.eml); without it, or with -, standard input', '-')
    .addOption(new Option('--public-url <url>', 'where the links must lead').env('ASSENT_PUBLIC_URL'))
    .addHelpText(
      'after',
      '\nExit code 1 when a mailbox provider would refuse the mail or show no one-click button, else 0.\nNo address and no token is printed.',
    )
    .action(async (file: string, { publicUrl }: { publicUrl?: string }) => {
      const findings = lintMail(file === '-' ? await fromStdin() : await readFile(file), publicUrl);
      process.stdout.write(findingsText(findings));
      if (findings.some(isError)) process.exitCode = 1;
    });
};

async function fromStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
