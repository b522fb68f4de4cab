import 'reflect-metadata';
import { describe } from '@assent/profile';
import { PREFERENCES } from './service.js';

/** Prints the OpenAPI document of the service. */
process.stdout.write(await describe(PREFERENCES));
