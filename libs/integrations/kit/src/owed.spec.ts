import { owedBy } from './owed.js';
import { cell, REFUSED_ALL, wanted } from './wanted.js';

const nameOf = ({ list }: Readonly<Record<string, string>>) => list;
const owed = (
  desired: Parameters<typeof owedBy>[0],
  purposes: Record<string, Record<string, string>> = { newsletter: { list: 'n' }, offers: { list: 'o' } },
) => owedBy(desired, { purposes }, nameOf);

describe('What a tool owes an address', () => {
  it('is said by target: out, in, or nothing at all', () => {
    expect(owed(wanted({ newsletter: 'out', offers: 'in' }))).toMatchObject({ out: ['n'], in: ['o'] });
    expect(owed(wanted({ newsletter: 'untouched', offers: 'open' }))).toMatchObject({ out: [], in: [] });
  });

  it('is nothing on a channel of another kind of address', () =>
    expect(owed(wanted({}, { state: { purposes: { newsletter: { sms: cell('out') } } } }))).toMatchObject({
      out: [],
    }));

  it('stops a child with its parent, and never opens it with the parent', () => {
    const child = { 'newsletter.weekly': { list: 'w' } };
    expect(owed(wanted({ newsletter: 'out' }), child).out).toEqual(['w']);
    expect(owed(wanted({ newsletter: 'in' }), child).in).toEqual([]);
  });

  it('closes a target of several purposes when one of them closes', () => {
    const shared = { newsletter: { list: 'n' }, offers: { list: 'n' } };
    expect(owed(wanted({ newsletter: 'out', offers: 'in' }), shared)).toMatchObject({ out: ['n'], in: [] });
    expect(owed(wanted({ newsletter: 'in', offers: 'untouched' }), shared)).toMatchObject({
      out: [],
      in: [],
    });
  });

  it('is everything for whoever refused everything, and all but one when that was opened again (K15)', () => {
    expect(owed(wanted({ newsletter: 'out', offers: 'out' }, REFUSED_ALL))).toMatchObject({
      everything: true,
    });
    const but = owed(wanted({ newsletter: 'in', offers: 'untouched' }, REFUSED_ALL));
    expect(but).toMatchObject({ everything: false, allBut: true, out: ['o'], in: ['n'], spared: ['n'] });
    // While the stop is told, the opt-in waits; it is not closed in the meantime.
    expect(owed(wanted({ newsletter: 'open', offers: 'out' }, REFUSED_ALL))).toMatchObject({
      out: ['o'],
      in: [],
    });
  });

  it('K14 is no opt-in that is not newer than the stop of the target, or of everything', () => {
    const at = (outSince: Record<string, number>) => owed(wanted({ newsletter: 'in' }, { outSince })).in;
    expect([at({}), at({ n: 99 }), at({ n: 100 }), at({ '*': 100 }), at({ o: 100 })]).toEqual([
      ...[['n'], ['n'], [], [], ['n']],
    ]);
  });
});
