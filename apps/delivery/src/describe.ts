import 'reflect-metadata';
import { describe } from '@assent/profile';
import { DELIVERY } from './service.js';

/** Prints the OpenAPI document of the service. */
process.stdout.write(await describe(DELIVERY));
