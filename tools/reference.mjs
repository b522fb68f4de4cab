// reference [--check]   Writes the generated pages anew from the built code; with --check only says which are out of date.
// The OpenAPI document is made by the standalone app: `node apps/standalone/dist/describe.js` prints it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishedSchemas } from '@assent/contract';
import { nginxConfiguration } from '@assent/gateway';
import { asyncApiYaml, configurationMarkdown, envExample, problemsMarkdown } from '@assent/http';
import { commitmentsMarkdown } from './commitments.mjs';
import { root } from './workspace.mjs';

/** @returns {Record<string, string>} the text of every generated page, by its path */
export const pages = () => ({
  'docs/reference/commitments.md': commitmentsMarkdown(),
  'docs/reference/problems.md': problemsMarkdown(),
  'docs/reference/configuration.md': configurationMarkdown(),
  'docs/reference/openapi.json': execFileSync(process.execPath, ['apps/standalone/dist/describe.js'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }),
  '.env.example': envExample(),
  'apps/gateway/nginx.conf': nginxConfiguration(),
  'docs/reference/asyncapi.yaml': asyncApiYaml(),
  ...Object.fromEntries(
    publishedSchemas().map(({ type, schema }) => [
      `docs/reference/schemas/${type}.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  ),
});

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes('--check');
  for (const [path, text] of Object.entries(pages())) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (check) process.exitCode = 1;
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${path} ${check ? 'is out of date: npm run reference' : 'written'}`);
  }
}
