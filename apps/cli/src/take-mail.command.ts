import { NodeOutgoing } from '@assent/adapter-outgoing';
import { Option, type Command } from 'commander';
import { workOff } from './mail-folder.js';
import { mailTaker } from './take-mail.js';

export const addTo = (program: Command): void => {
  program
    .command('take-mail')
    .description(
      'works off mails that came in: complaints and unsubscribes become objections, hard bounces undeliverable addresses',
    )
    .addOption(
      new Option('--dir <folder>', 'where mails are put, one per file')
        .env('ASSENT_MAIL_IN_DIR')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--url <url>', 'where the product answers')
        .env('ASSENT_PUBLIC_URL')
        .default('http://localhost:8080'),
    )
    .addOption(
      new Option(
        '--api-key <keys>',
        'to tell bounces with, one for each tenant; better given in the environment, for others see arguments',
      ).env('ASSENT_MAIL_API_KEY'),
    )
    .addHelpText(
      'after',
      '\nEach mail is moved to done/ or, for somebody to read, to refused/. Exit code 1 when some must wait for the next run.',
    )
    .action(takeMail);
};

interface Options {
  readonly dir: string;
  readonly url: string;
  readonly apiKey?: string;
}

async function takeMail({ dir, url, apiKey = '' }: Options): Promise<void> {
  // The address is the operator's own: mostly this machine.
  const outgoing = new NodeOutgoing({ allowPrivateNetworks: true });
  try {
    const keys = apiKey.split(',').map((key) => key.trim());
    const work = mailTaker({
      ...{ url: url.replace(/\/+$/, ''), outgoing, tell: (line: string) => console.log(line) },
      keys: keys.filter((key) => key !== ''),
    });
    const { done, refused, later } = await workOff(dir, work);
    console.log(`${done} done, ${refused} refused, ${later} left for the next run`);
    if (later > 0) process.exitCode = 1;
  } finally {
    outgoing.close();
  }
}
