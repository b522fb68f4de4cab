import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, describeApi, readConfig } from '@assent/http';
import { assemble } from './assemble.js';
import type { Service } from './service.js';

/** A log that nobody reads. */
export const quiet = () => createLogger('silent');

/** The OpenAPI document of a service: its own doors and no others. Needs no store but an empty folder. */
export async function describe(service: Service): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'assent-describe-'));
  const policiesDir = fileURLToPath(new URL('../../../policies', import.meta.url));
  const config = readConfig({ ASSENT_DATA_DIR: dataDir, ASSENT_POLICIES_DIR: policiesDir });
  const { app } = await assemble(service, config, quiet());
  await app.init();
  const text = `${JSON.stringify(describeApi(app), null, 2)}\n`;
  await app.close();
  rmSync(dataDir, { recursive: true });
  return text;
}
