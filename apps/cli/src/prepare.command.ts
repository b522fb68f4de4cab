import { MongoStore } from '@assent/adapter-mongodb';
import type { Command } from 'commander';
import { mongodbUri } from './options.js';

export const addTo = (program: Command): void => {
  program
    .command('prepare')
    .description('the deploy step: makes the collections and indexes that the services need; may be repeated')
    .addOption(mongodbUri())
    .action(async (options: { mongodbUri: string }) => {
      const made = await MongoStore.prepare(options.mongodbUri);
      console.log(made.length === 0 ? 'everything is there already' : `made ${made.join(', ')}`);
    });
};
