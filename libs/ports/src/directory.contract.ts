import type { Directory } from './directory.js';
import type { Opened } from './event-log.contract.js';
import { forMany, MANY_MS } from './many.contract.js';

export interface DirectoryUnderTest {
  readonly directory: Directory;
  /** Every byte the adapter has stored, as a thief of the disk would find it. */
  stored(): Promise<Uint8Array[]>;
  /**
   * What a thief opens who has the installation's secret beside those bytes, trying everything that this run has ever
   * sealed: no copy of a page, however old, is out of reach.
   */
  stolen(): Promise<unknown[]>;
}

const ADA = { kind: 'email', value: 'ada-canary@example.org' } as const;
const KEY = 'ab'.repeat(16);
const OTHER = 'cd'.repeat(16);

/** What every directory promises. */
export function directoryContract(name: string, open: () => Promise<Opened<DirectoryUnderTest>>): void {
  describe(`${name}: a directory`, () => {
    let opened: Opened<DirectoryUnderTest>;
    let directory: Directory;
    beforeEach(async () => {
      opened = await open();
      ({ directory } = opened.port);
    });
    afterEach(() => opened.close());

    it('gives an address key one owner, however many claim it at once', async () => {
      const claims = Array.from({ length: 20 }, (_, n) => directory.claim('t', KEY, `sub_${n}`));
      const owners = await Promise.all(claims);
      expect(new Set(owners).size).toBe(1);
      expect(await directory.owner('t', KEY)).toBe(owners[0]);
      expect(await directory.claim('t', KEY, 'sub_late')).toBe(owners[0]);
      expect(await directory.owners('t', [OTHER, KEY])).toEqual([undefined, owners[0]]);
    });

    it('keeps tenants apart', async () => {
      await directory.claim('t1', KEY, 'sub_1');
      expect(await directory.claim('t2', KEY, 'sub_2')).toBe('sub_2');
      await directory.keep('t1', 'sub_1', KEY, ADA);
      expect(await directory.address('t2', KEY, 0)).toBeUndefined();
    });

    it('opens what it keeps, and stores none of it in clear', async () => {
      await directory.claim('t', KEY, 'sub_1');
      await directory.keep('t', 'sub_1', KEY, ADA);
      await directory.setProfile('t', 'sub_1', { locale: 'xx-canary' });
      await directory.sealEvidence('t', 'sub_1', 'ev_1', { ip: '203.0.113.99', note: 'canary note' });
      await directory.hold('t', OTHER, {
        address: { kind: 'email', value: 'held-canary@example.org' },
        until: 100,
      });
      expect(await directory.address('t', KEY, 0)).toEqual(ADA);
      expect(await directory.profile('t', 'sub_1')).toEqual({ locale: 'xx-canary' });
      expect(await directory.openEvidence('t', 'ev_1')).toEqual({ ip: '203.0.113.99', note: 'canary note' });
      const stored = await opened.port.stored();
      expect(stored.length).toBeGreaterThan(0);
      for (const bytes of stored) {
        for (const secret of ['canary', '203.0.113.99'])
          expect(Buffer.from(bytes).includes(secret)).toBe(false);
      }
    });

    it('keeps a held address until its end, the later of two, or until it is released', async () => {
      await directory.hold('t', KEY, { address: ADA, until: 200 });
      await directory.hold('t', KEY, { address: ADA, until: 100 });
      expect(await directory.address('t', KEY, 199)).toEqual(ADA);
      expect(await directory.address('t', KEY, 200)).toBeUndefined();
      expect(await directory.releaseOver(199)).toBe(0);
      expect(await directory.releaseOver(200)).toBe(1);
      expect(await directory.address('t', KEY, 0)).toBeUndefined();
      await directory.hold('t', KEY, { address: ADA, until: 500 });
      await directory.release('t', KEY);
      expect(await directory.address('t', KEY, 0)).toBeUndefined();
    });

    it('erases a person so that nothing opens again, and nobody else', async () => {
      for (const [subject, key] of [
        ['sub_1', KEY],
        ['sub_10', OTHER],
      ] as const) {
        await directory.claim('t', key, subject);
        await directory.keep('t', subject, key, ADA);
        await directory.setProfile('t', subject, { locale: 'fr' });
        await directory.sealEvidence('t', subject, `ev_${subject}`, { note: 'x' });
      }
      await directory.erase('t', 'sub_1');
      await directory.erase('t', 'sub_1');
      expect(await directory.owner('t', KEY)).toBeUndefined();
      expect(await directory.address('t', KEY, 0)).toBeUndefined();
      expect(await directory.profile('t', 'sub_1')).toBeUndefined();
      expect(await directory.openEvidence('t', 'ev_sub_1')).toBeUndefined();
      expect(await directory.address('t', OTHER, 0)).toEqual(ADA);
      expect(await directory.owner('t', OTHER)).toBe('sub_10');
      expect(await directory.openEvidence('t', 'ev_sub_10')).toEqual({ note: 'x' });
    });

    it('begins an erasure by keeping the clear addresses for stopping only, until their end', async () => {
      await directory.claim('t', KEY, 'sub_1');
      await directory.keep('t', 'sub_1', KEY, ADA);
      await directory.setProfile('t', 'sub_1', { locale: 'fr' });
      await directory.sealEvidence('t', 'sub_1', 'ev_1', { note: 'x' });
      await directory.retire('t', 'sub_1', 100);
      await directory.retire('t', 'sub_1', 100);
      expect(await directory.address('t', KEY, 99)).toEqual(ADA);
      expect(await directory.address('t', KEY, 100)).toBeUndefined();
      expect(await directory.profile('t', 'sub_1')).toBeUndefined();
      expect(await directory.openEvidence('t', 'ev_1')).toBeUndefined();
      expect(await directory.claim('t', KEY, 'sub_2')).toBe('sub_1');
      await directory.erase('t', 'sub_1');
      expect(await directory.address('t', KEY, 99)).toEqual(ADA);
      expect(await directory.claim('t', KEY, 'sub_2')).toBe('sub_2');
    });

    it('S0-32 after an erasure nothing opens that was ever stored, not even with every byte and the secret', async () => {
      const bob = { kind: 'email', value: 'bob@example.org' } as const;
      for (const n of [1, 2, 3]) {
        await directory.keep('t', 'sub_1', KEY, { kind: 'email', value: `ada${n}@example.org` });
        await directory.setProfile('t', 'sub_1', { locale: `l${n}` });
        await directory.sealEvidence('t', 'sub_1', `ev_${n}`, { note: `n${n}` });
      }
      await directory.hold('t', KEY, { address: ADA, until: 100 });
      await directory.keep('t', 'sub_2', OTHER, bob);
      const held = { kind: 'email', value: 'ada3@example.org' };
      const newest = [held, { locale: 'l3' }, { note: 'n1' }, { note: 'n2' }, { note: 'n3' }, ADA, bob];
      expect(await opened.port.stolen()).toEqual(expect.arrayContaining(newest));
      await directory.retire('t', 'sub_1', 200);
      const left = await opened.port.stolen();
      expect(left).toEqual(expect.arrayContaining([bob, held]));
      // Whether a version that was replaced still opens is the store's affair, until its owner is erased.
      expect([ADA, bob, held]).toEqual(expect.arrayContaining(left));
      await directory.erase('t', 'sub_1');
      await directory.release('t', KEY);
      expect(await opened.port.stolen()).toEqual([bob]);
      await directory.hold('t', KEY, { address: ADA, until: 100 });
      await directory.releaseOver(100);
      expect(await opened.port.stolen()).toEqual([bob]);
      expect(await directory.address('t', OTHER, 0)).toEqual(bob);
    });

    it('keeps or loses what comes while an erasure is under way, whole, and nothing of it opens after the next', async () => {
      for (let round = 0; round < 10; round++) {
        const writes = [1, 2, 3].map((n) =>
          directory.sealEvidence('t', 'sub_1', `ev_${n}`, { note: `n${n}` }),
        );
        await Promise.all([...writes, directory.keep('t', 'sub_1', KEY, ADA), directory.erase('t', 'sub_1')]);
        for (const n of [1, 2, 3]) {
          expect([undefined, { note: `n${n}` }]).toContainEqual(await directory.openEvidence('t', `ev_${n}`));
        }
        expect([undefined, ADA]).toContainEqual(await directory.address('t', KEY, 0));
      }
      await directory.erase('t', 'sub_1');
      expect(await opened.port.stolen()).toEqual([]);
    });

    it('lets the later end of a hold win over a release of what is over', async () => {
      await directory.hold('t', KEY, { address: ADA, until: 100 });
      await Promise.all([directory.hold('t', KEY, { address: ADA, until: 500 }), directory.releaseOver(100)]);
      expect(await directory.address('t', KEY, 100)).toEqual(ADA);
    });

    it('keeps what is held for stopping when the person is erased', async () => {
      await directory.keep('t', 'sub_1', KEY, ADA);
      await directory.hold('t', KEY, { address: ADA, until: 100 });
      await directory.erase('t', 'sub_1');
      expect(await directory.address('t', KEY, 99)).toEqual(ADA);
      expect(await directory.address('t', KEY, 100)).toBeUndefined();
    });

    it('leaves to its present owner what the erased person once had', async () => {
      await directory.keep('t', 'sub_1', KEY, ADA);
      await directory.keep('t', 'sub_2', KEY, ADA);
      await directory.sealEvidence('t', 'sub_1', 'ev', { note: 'x' });
      await directory.sealEvidence('t', KEY, 'ev', { note: 'y' });
      await directory.erase('t', 'sub_1');
      expect(await directory.address('t', KEY, 0)).toEqual(ADA);
      expect(await directory.openEvidence('t', 'ev')).toEqual({ note: 'y' });
      await directory.erase('t', KEY);
      expect(await directory.openEvidence('t', 'ev')).toBeUndefined();
    });

    it(
      'erases to the last document, however many there are, and frees the address',
      async () => {
        await directory.claim('t', KEY, 'sub_1');
        const ids = Array.from({ length: 450 }, (_, n) => `ev_${n}`);
        await forMany(ids, (id) => directory.sealEvidence('t', 'sub_1', id, { note: id }));
        await directory.erase('t', 'sub_1');
        const left = await Promise.all(ids.map((id) => directory.openEvidence('t', id)));
        expect(left.filter((document) => document !== undefined)).toEqual([]);
        expect(await directory.claim('t', KEY, 'sub_2')).toBe('sub_2');
      },
      MANY_MS,
    );

    it('does not open what was sealed for another tenant', async () => {
      await directory.setProfile('t1', 'sub_1', { locale: 'fr' });
      await directory.sealEvidence('t1', 'sub_1', 'ev', { note: 'x' });
      expect(await directory.profile('t2', 'sub_1')).toBeUndefined();
      expect(await directory.openEvidence('t2', 'ev')).toBeUndefined();
      await directory.erase('t2', 'sub_1');
      expect(await directory.profile('t1', 'sub_1')).toEqual({ locale: 'fr' });
    });

    it('forgets nothing in a crash', async () => {
      await directory.claim('t', KEY, 'sub_1');
      await directory.keep('t', 'sub_1', KEY, ADA);
      opened = await opened.crash();
      expect(await opened.port.directory.address('t', KEY, 0)).toEqual(ADA);
      expect(await opened.port.directory.owner('t', KEY)).toBe('sub_1');
    });
  });
}
