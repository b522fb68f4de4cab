import 'reflect-metadata';
import { start } from '@assent/profile';
import { DELIVERY } from './service.js';

await start(DELIVERY);
