import 'reflect-metadata';
import { start } from '@assent/profile';
import { OPPOSITION_LIST } from './service.js';

await start(OPPOSITION_LIST);
