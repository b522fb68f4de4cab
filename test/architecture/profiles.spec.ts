import { files } from './repository.js';

/** Journeys about one process and its files. Every other one runs on both profiles. */
const EMBEDDED_ONLY: Readonly<Record<string, string>> = {
  canaries: 'reads the metrics of the one process, which enters a person before its clock is set',
  demo: 'is about the demonstration, which runs the one process',
  hooks:
    'is about doors that are the same on both; with fourteen tools in turn it takes a quarter of an hour there',
  'killed-mid-call': 'kills the one process',
  start: 'is about the settings and the folder of the one process',
};

const named = (folder: string, suffix: string): string[] =>
  files()
    .filter((path) => path.startsWith(folder) && path.endsWith(suffix))
    .map((path) => path.slice(folder.length, -suffix.length));

describe('Every journey', () => {
  it('runs on both profiles, or is said to be about the embedded one', () => {
    const journeys = named('test/journeys/', '.spec.ts');
    const distributed = named('test/stack/journeys/', '.stack-spec.ts');
    expect(distributed.length).toBeGreaterThan(10);
    expect([...distributed, ...Object.keys(EMBEDDED_ONLY)].sort()).toEqual(journeys.sort());
  });
});
