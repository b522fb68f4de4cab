import 'reflect-metadata';
import { describe } from '@assent/profile';
import { CONSENT_LEDGER } from './service.js';

/** Prints the OpenAPI document of the service. */
process.stdout.write(await describe(CONSENT_LEDGER));
