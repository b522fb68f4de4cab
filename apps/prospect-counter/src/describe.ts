import 'reflect-metadata';
import { describe } from '@assent/profile';
import { PROSPECT_COUNTER } from './service.js';

/** Prints the OpenAPI document of the service. */
process.stdout.write(await describe(PROSPECT_COUNTER));
