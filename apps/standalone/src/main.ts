import 'reflect-metadata';
import { start } from '@assent/profile';
import { STANDALONE } from './service.js';

await start(STANDALONE);
