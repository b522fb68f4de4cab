/** The five tenants, one of which changes its policy on 15 June 2026. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicies, type Policies } from '@assent/policy';
import { policiesDir } from './world-spec.js';

export const TENANT = 'presentinfini';

function withSecondVersion(): Policies {
  const dir = mkdtempSync(join(tmpdir(), 'assent-policies-'));
  cpSync(policiesDir, dir, { recursive: true });
  const first = readFileSync(join(dir, TENANT, '1.yaml'), 'utf8');
  const loyalty = /^ {2}loyalty:.*\n/m.exec(first)?.[0] ?? '';
  const second = first
    .replace(/^version: 1$/m, 'version: 2\neffectiveFrom: 2026-06-15')
    .replace(loyalty, '')
    .replace(/^purposes:.*\n/m, (line) => `${line}${loyalty}`) // every pair gets another bit
    .replace('doubleOptIn: true', 'doubleOptIn: false')
    .replace('unansweredLimit: 2', 'unansweredLimit: 1')
    .replace('inactivity: P1Y', 'inactivity: P3M');
  writeFileSync(join(dir, TENANT, '2.yaml'), second);
  const { policies } = loadPolicies({ dir, env: {}, now: 0 });
  rmSync(dir, { recursive: true });
  return policies;
}
export const changing = withSecondVersion();
