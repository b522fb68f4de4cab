import { join } from 'node:path';
import { LmdbContents, LmdbStore } from '@assent/adapter-lmdb';
import { MongoContents, MongoStore } from '@assent/adapter-mongodb';
import { Option, type Command } from 'commander';
import { comparedTable, copy, compare } from './move.js';
import { dataDir, mongodbUri } from './options.js';
import { progressOn } from './progress.js';

interface Options {
  readonly dataDir: string;
  readonly mongodbUri: string;
}

export const addTo = (program: Command): void => {
  program
    .command('migrate')
    .description('copies everything from the embedded store into an empty database; stop the service first')
    .addOption(new Option('--from <store>', 'where everything is').choices(['lmdb']).makeOptionMandatory())
    .addOption(new Option('--to <store>', 'where it goes').choices(['mongodb']).makeOptionMandatory())
    .addOption(dataDir())
    .addOption(mongodbUri())
    .addHelpText('after', '\nInterrupted, the same command goes on where it was. The source is only read.')
    .action(migrate);
};

async function migrate({ dataDir: folder, mongodbUri: uri }: Options): Promise<void> {
  const from = LmdbStore.openToRead(folder);
  try {
    const source = new LmdbContents(from);
    await MongoStore.prepare(uri);
    const to = await MongoStore.connect(uri);
    try {
      const target = new MongoContents(to);
      const place = await target.begin(from.state());
      if (place === 'finished') {
        console.log('a move into this database was finished earlier: nothing was done');
        return;
      }
      await copy(source, target, place, progressOn(process.stderr));
      const compared = await compare(source, target, progressOn(process.stderr));
      console.log(comparedTable(compared));
      const different = compared.filter(({ isEqual }) => !isEqual).map(({ part }) => part);
      if (different.length > 0) {
        throw new Error(`the copy differs in ${different.join(', ')}: the services will not start on it`);
      }
      await target.finish();
      console.log(
        `Moved. The services need the same secret: ASSENT_SECRET, or else what ${join(folder, 'secret')} holds.`,
      );
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
