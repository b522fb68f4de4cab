import 'reflect-metadata';
import { describe } from '@assent/profile';
import { OPPOSITION_LIST } from './service.js';

/** Prints the OpenAPI document of the service. */
process.stdout.write(await describe(OPPOSITION_LIST));
