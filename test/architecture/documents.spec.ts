import { existsSync } from 'node:fs';
import { files, read, readJson, root } from './repository.js';

describe('docs/glossary.md', () => {
  const rows = [...read('docs/glossary.md').matchAll(/^\| ([^|]+) \| [^|]+ \| `(\w+)` in `([^`]+)` \|$/gm)];

  it('holds the words of the product', () => expect(rows.length).toBeGreaterThan(30));

  it.each(rows.map(([, word, name, path]) => [word ?? '', name ?? '', path ?? ''] as const))(
    'says of "%s" where it is: %s in %s',
    (_, name, path) => {
      expect(read(path)).toMatch(new RegExp(`\\b${name}\\b`));
    },
  );
});

describe('docs/decisions', () => {
  const pages = files().filter((path) => /^docs\/decisions\/\d{4}-.*\.md$/.test(path));

  it.each(pages)('%s has a background, a decision and consequences, and is listed', (path) => {
    for (const part of ['**Background.**', '**Decision.**', '**Consequences.**'])
      expect(read(path)).toContain(part);
    expect(read('docs/decisions/README.md')).toContain(`(${path.split('/').at(-1) ?? ''})`);
  });
});

describe('Every Markdown page', () => {
  const pages = files().filter((path) => path.endsWith('.md'));

  it.each(pages)('%s links to files that exist', (path) => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const links = [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(
      ([, link]) => link ?? '',
    );
    expect(links.filter((link) => !existsSync(root + folder + link))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  interface Locked {
    readonly integrity?: string;
    readonly link?: boolean;
    readonly resolved?: string;
  }
  const { packages } = readJson('package-lock.json') as { packages: Record<string, Locked> };
  const fetched = Object.entries(packages).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
  );

  // npm leaves the digests out when it writes the file anew while node_modules is there.
  it('holds the digest of every package', () => {
    expect(fetched.length).toBeGreaterThan(0);
    expect(fetched.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  it('names no registry, so that any mirror serves', () => {
    expect(fetched.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

describe('The repository', () => {
  const sources = files().filter((path) => /\.(?:tsx?|mjs)$/.test(path));

  it('has no absolute path in it', () => {
    const absolute = /(?:^|[\s"'`(=])\/(?:home|root|work|Users)\//;
    expect(
      files().filter((path) => !path.endsWith('package-lock.json') && absolute.test(read(path))),
    ).toEqual([]);
  });

  it('uses no word that hides what a file is for', () => {
    const vague = /(?:^|[/-])(?:utils?|common|shared|helpers?|manager|impl|base)(?:[.-][^/]*)?$/;
    expect(sources.filter((path) => vague.test(path.replace(/\.tsx?$/, '')))).toEqual([]);
  });
});
