import { NodeOutgoing } from '@assent/adapter-outgoing';
import { Option, type Command } from 'commander';
import { environment } from './config.js';
import { apiKeyOf, compare } from './drift.js';
import { progressOn } from './progress.js';

interface Given {
  readonly integration: string;
  readonly tenant?: string;
  readonly url: string;
  readonly apiKey?: string;
}

export const addTo = (program: Command): void => {
  program
    .command('drift')
    .description('compares everybody with one tool now, and shows who was not as they should be')
    .requiredOption('--integration <id>', 'as integrations.yaml names it')
    .option('--tenant <tenant>', 'whose key of ASSENT_API_KEYS is used, where there is no other')
    .addOption(
      new Option('--url <url>', 'where the product answers')
        .env('ASSENT_PUBLIC_URL')
        .default('http://localhost:8080'),
    )
    .addOption(
      new Option(
        '--api-key <key>',
        'a key with the scope deliveries; better given in the environment, for others see arguments',
      ).env('ASSENT_API_KEY'),
    )
    .addHelpText(
      'after',
      '\nWhoever is found is told to the tool again, or refused here, at once. Exit code 1 when somebody could not be read.',
    )
    .action(drift);
};

async function drift({ integration, tenant, url, apiKey }: Given): Promise<void> {
  const key = apiKey ?? apiKeyOf(environment()['ASSENT_API_KEYS'], tenant);
  // The address is the operator's own: mostly this machine.
  const outgoing = new NodeOutgoing({ allowPrivateNetworks: true });
  try {
    const wait = () => new Promise((resolve) => setTimeout(resolve, 500));
    const service = { url: url.replace(/\/+$/, ''), key, outgoing };
    const { table, complete } = await compare(service, integration, progressOn(process.stderr), wait);
    console.log(table);
    if (!complete) process.exitCode = 1;
  } finally {
    outgoing.close();
  }
}
