import { Option } from 'commander';

export const mongodbUri = (): Option =>
  new Option('--mongodb-uri <uri>', 'the database; better given in the environment, for others see arguments')
    .env('MONGODB_URI')
    .makeOptionMandatory();

export const dataDir = (): Option =>
  new Option('--data-dir <folder>', 'folder of the embedded store').env('ASSENT_DATA_DIR').default('./data');
