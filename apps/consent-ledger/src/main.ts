import 'reflect-metadata';
import { start } from '@assent/profile';
import { CONSENT_LEDGER } from './service.js';

await start(CONSENT_LEDGER);
