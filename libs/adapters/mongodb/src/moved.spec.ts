import { eventNamed, PARTS, type Thing } from '@assent/ports';
import type { Commit } from './mongo-event-log.js';
import { documentOf, isSealed, shareOf, thingOf } from './moved-things.js';
import { commitsOf, streamsOf } from './moved-streams.js';
import { rowNamed } from './row-spec.js';

const stream = (count: number, more: object = {}): Thing => ({
  key: 'consent/t/a',
  content: {
    stream: 'consent/t/a',
    events: Array.from({ length: count }, (_, n) => eventNamed(String(n), more)),
    state: { count },
  },
});

describe('A stream that moves', () => {
  it('becomes few commits without a gap, of which the newest has the state', () => {
    const commits = commitsOf(stream(1_200));
    expect(commits.map(({ first, version, state }) => [first, version, state])).toEqual([
      [1, 500, undefined],
      [501, 1_000, undefined],
      [1_001, 1_200, { count: 1_200 }],
    ]);
  });

  it('is cut before a document becomes too large, and alike each time', () => {
    const large = stream(10, { state: 'x'.repeat(1_500_000) });
    expect(commitsOf(large).map(({ first, version }) => [first, version])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ]);
    expect(commitsOf(large)).toEqual(commitsOf(large));
  });

  it('comes back whole', async () => {
    const newestFirst = [...commitsOf(stream(1_200)).reverse(), ...commitsOf({ ...stream(1) })].map(
      (commit, index) => ({ ...commit, stream: index < 3 ? 'consent/t/a' : 'consent/t/b' }),
    );
    const back: Thing[] = [];
    for await (const thing of streamsOf(each(newestFirst))) back.push(thing);
    expect(back.map(({ key }) => key)).toEqual(['consent/t/a', 'consent/t/b']);
    expect(back[0]).toEqual(stream(1_200));
  });
});

async function* each(commits: readonly object[]): AsyncIterable<Commit> {
  for (const commit of commits) yield await Promise.resolve(commit as Commit);
}

describe('A thing that moves', () => {
  const id = { tenant: 't', id: 'k/1' };
  const bytes = Buffer.alloc(32, 3);
  const sealed = { sealed: Buffer.from('sealed').toString('base64'), share: bytes.toString('base64') };
  const contents: Partial<Record<(typeof PARTS)[number], Thing['content'][]>> = {
    agenda: [
      { stream: 't/k/1', version: 2, at: 5 },
      { stream: 't/k/1', version: 2, at: null },
    ],
    claims: [{ ...id, owner: 'sub_1' }],
    addresses: [{ ...id, owner: 'sub_1', ...sealed }],
    holds: [{ ...id, until: 7, ...sealed }],
    profiles: [{ ...id, owner: 'k/1', ...sealed }],
    evidence: [{ ...id, owner: 'sub_1', ...sealed }],
    deliveries: [{ ...rowNamed('1', { tenant: 't', id: 'k/1' }) }],
    records: [{ key: 't/k/1', value: { deep: [null, ''] }, expiresAt: 9 }],
  };
  const parts = PARTS.filter((part): part is Exclude<typeof part, 'streams'> => part !== 'streams');

  it.each(parts)('comes back as it was: %s', (part) => {
    for (const content of contents[part] ?? []) {
      const thing = { key: 't/k/1', content };
      const share = isSealed(part) ? shareOf(part, thing) : undefined;
      const document = documentOf(part, thing);
      expect(document['share']).toEqual(share?._id);
      expect(thingOf(part, document, share?.bytes)).toEqual(thing);
      expect(documentOf(part, thing)).toEqual(document);
    }
    expect(contents[part]?.length).toBeGreaterThan(0);
  });

  it('takes its share along for the owner whose erasure destroys it', () => {
    expect(shareOf('addresses', { key: 't/k', content: contents.addresses?.[0] ?? {} }).owner).toBe(
      't/sub_1',
    );
    expect(shareOf('profiles', { key: 't/k', content: contents.profiles?.[0] ?? {} }).owner).toBe('t/k/1');
    expect(shareOf('holds', { key: 't/k', content: contents.holds?.[0] ?? {} }).owner).toBe('hold t/k/1');
  });
});
