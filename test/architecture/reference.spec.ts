import { publishedSchemas } from '@assent/contract';
import { existsSync, readdirSync } from 'node:fs';
import { read, root } from './repository.js';

describe('The generated pages', () => {
  let pages: Record<string, string>;
  beforeAll(async () => {
    const module = (await import(`${root}tools/reference.mjs`)) as { pages: () => Record<string, string> };
    pages = module.pages();
  });

  it.each([
    'docs/reference/commitments.md',
    'docs/reference/problems.md',
    'docs/reference/configuration.md',
    'docs/reference/openapi.json',
    'docs/reference/asyncapi.yaml',
    '.env.example',
  ])('%s is what the code says; npm run reference writes it anew', (path) => {
    expect(existsSync(root + path)).toBe(true);
    expect(read(path)).toBe(pages[path]);
  });

  it('the schema of every message is what the code says, and there is no other', () => {
    const names = publishedSchemas().map(({ type }) => `${type}.json`);
    expect(readdirSync(`${root}docs/reference/schemas`).sort()).toEqual(names.sort());
    for (const name of names) {
      const path = `docs/reference/schemas/${name}`;
      expect([path, read(path)]).toEqual([path, pages[path]]);
    }
  });
});
