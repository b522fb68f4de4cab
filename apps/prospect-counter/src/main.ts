import 'reflect-metadata';
import { start } from '@assent/profile';
import { PROSPECT_COUNTER } from './service.js';

await start(PROSPECT_COUNTER);
