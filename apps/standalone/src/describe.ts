import 'reflect-metadata';
import { describe } from '@assent/profile';
import { STANDALONE } from './service.js';

/** Prints the OpenAPI document of the app: `docs/reference/openapi.json` is made with it. */
process.stdout.write(await describe(STANDALONE));
