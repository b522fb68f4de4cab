// The table of commitments: each one of the five policies, with the tests whose titles name it, or "not yet".
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const SPECS = /(?:[.-]spec\.tsx?|-cases\.ts)$/;
const QUOTED = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|\`((?:[^\`\\]|\\.)*)\`)`;
// A title is what a test, a group, a row of a table or a case is called; other strings claim nothing.
const TITLES = new RegExp(
  String.raw`(?:\b(?:it|describe)\(|\]\)\(|\)\)\(|\btitle:|^\s*\[)\s*${QUOTED}`,
  'gm',
);
const IDS = /\b(?:S\d-\d\d|G-\d\d)\b/g;

/** @returns {Map<string, { path: string, title: string }[]>} by commitment or golden id */
export function titlesById() {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const byId = new Map();
  for (const path of listed
    .split('\n')
    .filter((file) => SPECS.test(file))
    .sort()) {
    const source = readFileSync(join(root, path), 'utf8');
    for (const [, single, double, template] of source.matchAll(TITLES)) {
      const title = (single ?? double ?? template).replaceAll(/\\(['"`])/g, '$1');
      for (const id of new Set(title.match(IDS) ?? [])) {
        byId.set(id, [...(byId.get(id) ?? []), { path, title }]);
      }
    }
  }
  return byId;
}

export function commitmentsMarkdown() {
  const tests = titlesById();
  const rows = readFileSync(join(root, 'docs/reference/commitments.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  const cell = (text) => text.replaceAll('|', '\\|');
  const shown = (id) => {
    const found = tests.get(id) ?? [];
    if (found.length === 0) return 'not yet';
    return found
      .map(({ path, title }) => `${cell(title)} ([${path.split('/').at(-1)}](../../${path}))`)
      .join('<br>');
  };
  const kept = rows.filter(([id]) => tests.has(id)).length;
  const golden = [...tests.keys()].filter((id) => id.startsWith('G-')).sort();
  return [
    '# Commitments',
    '',
    'Made by `npm run reference` from the titles of the tests; a test fails when it is out of date. What five published privacy policies',
    'promise (facts restated, source in each policy file), and the tests that name the promise. Nothing is claimed without a test.',
    '',
    `${kept} of ${rows.length} are shown by tests.`,
    '',
    '| id | tenant | concept | commitment | tests |',
    '|---|---|---|---|---|',
    ...rows.map(
      ([id, tenant, concept, fact]) => `| ${id} | ${tenant} | ${concept} | ${cell(fact)} | ${shown(id)} |`,
    ),
    '',
    '## Golden cases',
    '',
    'Worked cases of the policies, by id.',
    '',
    '| id | tests |',
    '|---|---|',
    ...golden.map((id) => `| ${id} | ${shown(id)} |`),
    '',
  ].join('\n');
}
