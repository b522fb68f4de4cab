import 'reflect-metadata';
import { start } from '@assent/profile';
import { PREFERENCES } from './service.js';

await start(PREFERENCES);
