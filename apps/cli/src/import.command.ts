import { Option, type Command } from 'commander';
import { MEMBERS } from './contact-columns.js';
import type { Options } from './import-contacts.js';

const several = (value: string, before: readonly string[]): string[] => [...before, value];

export const addTo = (program: Command): void => {
  program
    .command('import')
    .description('registers the contacts of a file; first says what would come of it, and records nothing')
    .argument('[file]', 'CSV with a header, or NDJSON; with -, standard input')
    .addOption(
      new Option('--url <url>', 'where the product answers')
        .env('ASSENT_PUBLIC_URL')
        .default('http://localhost:8080'),
    )
    .addOption(
      new Option(
        '--key <key>',
        'an API key of the tenant; better given in the environment, for others see arguments',
      )
        .env('ASSENT_API_KEY')
        .makeOptionMandatory(),
    )
    .option('--apply', 'record it; without it, only say what would come of it', false)
    .option('--map <column=member>', 'what a column of the file says; column=- passes it over', several, [])
    .option('--set <member=value>', 'what holds for every row that does not say it itself', several, [])
    .addOption(
      new Option('--format <format>', 'by the name of the file, CSV otherwise').choices(['csv', 'ndjson']),
    )
    .option('--id <importId>', 'imp_ and 8 or more letters, digits or hyphens; made from the file otherwise')
    .option('--rejected <file>', 'writes every rejected line there, as CSV of line and reason')
    .option('--undo <importId>', 'takes back what that import did, and nothing that happened since')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: Options) => {
      // Loaded only here: the other commands need none of it.
      const { importContacts } = await import('./import-contacts.js');
      await importContacts(file, options);
    });
};

const HELP = `
Columns are named after the members of the API: ${MEMBERS.join(', ')}.
declined, consents and consents.channels hold several, parted by spaces, commas, semicolons or bars.
A file opens nobody who was stopped, and prolongs nothing. Stopped with ^C, the same command goes on: what is there
already changes nothing. Exit code 1 when a line was rejected or failed. No address is printed.`;
