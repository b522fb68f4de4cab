import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, describeApi, readConfig } from '@assent/http';
import { assemble } from './assemble.js';

/** Prints the OpenAPI document of the app: `docs/reference/openapi.json` is made with it. */
const dataDir = mkdtempSync(join(tmpdir(), 'assent-describe-'));
const policiesDir = fileURLToPath(new URL('../../../policies', import.meta.url));
const config = readConfig({ ASSENT_DATA_DIR: dataDir, ASSENT_POLICIES_DIR: policiesDir });
const { app } = await assemble(config, createLogger('silent'));
await app.init();
process.stdout.write(`${JSON.stringify(describeApi(app), null, 2)}\n`);
await app.close();
rmSync(dataDir, { recursive: true });
