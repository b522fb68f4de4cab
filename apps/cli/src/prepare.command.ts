import { MongoStore } from '@assent/adapter-mongodb';
import type { Command } from 'commander';
import { environment } from './config.js';
import { mongodbUri } from './options.js';

export const addTo = (program: Command): void => {
  program
    .command('prepare')
    .description('the deploy step of the six services: indexes, topics and first API keys; may be repeated')
    .addOption(mongodbUri())
    .addHelpText(
      'after',
      '\nTopics and keys are made when KAFKA_BROKERS is set, with the other settings of the services.',
    )
    .action(async ({ mongodbUri: uri }: { mongodbUri: string }) => {
      tell('indexes', await MongoStore.prepare(uri));
      if (environment()['KAFKA_BROKERS'] === undefined) return;
      // Loaded only here: the other commands need none of the services' libraries.
      const { firstStart, prepare } = await import('@assent/profile');
      const { readConfig } = await import('@assent/http');
      const distributed = { ASSENT_STORE: 'mongodb', ASSENT_FEED: 'kafka', MONGODB_URI: uri };
      const config = readConfig({ ...environment(), ...distributed });
      const { topics, made } = await prepare(config);
      tell('topics', topics);
      process.stdout.write(firstStart(made, config.publicUrl ?? 'http://localhost:8080'));
    });
};

const tell = (what: string, made: readonly string[]): void =>
  console.log(
    made.length === 0 ? `${what}: everything is there already` : `${what}: made ${made.join(', ')}`,
  );
