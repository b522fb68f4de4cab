import 'reflect-metadata';
import { start } from '@assent/profile';
import { NEWSLETTER } from './service.js';

await start(NEWSLETTER);
