import { readFileSync } from 'node:fs';
import { ANCHORS, policySchema, RECORDED_ONLY } from './schema.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const ROWS = README.split('\n').filter((line) => line.startsWith('| '));

/** Every key at any depth. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, items, additionalProperties } = schema as Record<string, unknown>;
  return [
    ...Object.entries(properties ?? {}).flatMap(([key, inner]) => [key, ...keysOf(inner)]),
    ...keysOf(items),
    ...keysOf(additionalProperties),
  ];
}

describe('The README', () => {
  it('names every key that a policy may have', () => {
    const missing = [...new Set(keysOf(policySchema))].filter((key) => !README.includes(`\`${key}\``));
    expect(missing).toEqual([]);
  });

  it('has no row of a key that no policy may have', () => {
    const named = ROWS.slice(1).flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, key]) => key),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((key) => !keysOf(policySchema).includes(key ?? ''))).toEqual([]);
  });

  it('says which keys nothing acts upon yet, as the notes do', () => {
    for (const key of RECORDED_ONLY)
      expect(ROWS.find((row) => row.startsWith(`| \`${key}\``))).toMatch(/\| – \|$/);
  });

  it('names every anchor', () => {
    expect(ANCHORS.filter((anchor) => !README.includes(anchor))).toEqual([]);
  });
});
