#!/usr/bin/env node
import { readdirSync } from 'node:fs';
import { Command } from 'commander';

/** What each file `<name>.command.ts` of this folder exports: one sub-command. Putting it there is all it takes. */
export type AddTo = (program: Command) => void;

const program = new Command('assent')
  .description('For whoever runs Assent: prepares databases, moves in, imports.')
  .showHelpAfterError('(run with --help for what there is)');

const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.command.js'));
for (const file of files.sort()) {
  const { addTo } = (await import(`./${file}`)) as { addTo: AddTo };
  addTo(program);
}

// An empty variable, as composing tools make them, is one that is not set.
for (const [name, value] of Object.entries(process.env)) if (value === '') delete process.env[name];

try {
  await program.parseAsync();
} catch (error) {
  console.error(`assent: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
