import { existsSync } from 'node:fs';
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
    '.env.example',
  ])('%s is what the code says; npm run reference writes it anew', (path) => {
    expect(existsSync(root + path)).toBe(true);
    expect(read(path)).toBe(pages[path]);
  });
});
