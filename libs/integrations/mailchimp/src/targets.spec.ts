import type { Desired } from '@assent/ports';
import { cell, desired, settings } from './desired-spec.js';
import { audiencesOf } from './targets.js';

/** `news=out news/weekly=in`: what each audience and group owes. */
const owed = (wanted: Desired, purposes = settings().purposes, all?: string[]): string =>
  audiencesOf(wanted, settings({ purposes }), all)
    .flatMap(({ list, whole, groups }) => [
      ...(whole.tri === 'untouched' ? [] : [`${list}=${whole.tri}`]),
      ...groups.filter(({ tri }) => tri !== 'untouched').map(({ name, tri }) => `${list}/${name}=${tri}`),
    ])
    .join(' ');
const everything = { state: { objectedToAll: true } };

describe('What a desired state means at Mailchimp', () => {
  it('is the cell of the mapped purpose', () => {
    expect(owed(desired({ newsletter: 'out', offers: 'in' }))).toBe('news=out offers=in');
    expect(owed(desired({ newsletter: 'untouched', offers: 'open' }))).toBe('');
  });

  it('leaves what is not mapped, and other channels, alone', () => {
    expect(owed(desired({ other: 'out' }))).toBe('');
    const bySms = desired({}, { state: { purposes: { newsletter: { sms: cell('out') } } } });
    expect(owed(bySms)).toBe('');
  });

  it('stops a child with its parent, and never opens it with the parent', () => {
    const child = { 'newsletter.weekly': { list: 'weekly' } };
    expect(owed(desired({ newsletter: 'out' }), child)).toBe('weekly=out');
    expect(owed(desired({ newsletter: 'in' }), child)).toBe('');
    expect(owed(desired({ newsletter: 'out', 'newsletter.weekly': 'in' }), child)).toBe('weekly=in');
    expect(owed(desired({ 'newsletter.weekly': 'out' }), { newsletter: { list: 'news' } })).toBe('');
  });

  it.each([
    ['out', 'in', 'one=out'],
    ['in', 'untouched', ''],
    ['in', 'open', 'one=in'],
    ['in', 'in', 'one=in'],
    ['open', 'untouched', ''],
  ] as const)('of one audience for two purposes, %s and %s, is %j: the stricter', (a, b, expected) => {
    const shared = { newsletter: { list: 'one' }, offers: { list: 'one' } };
    expect(owed(desired({ newsletter: a, offers: b }), shared)).toBe(expected);
  });

  it('tells groups of one audience apart', () => {
    const groups = { newsletter: { list: 'one', interest: 'n' }, offers: { list: 'one', permission: 'o' } };
    expect(owed(desired({ newsletter: 'out', offers: 'in' }), groups)).toBe('one/n=out one/o=in');
    expect(owed(desired({ newsletter: 'in', offers: 'open' }, everything), groups)).toBe('one/n=in');
    expect(owed(desired({ newsletter: 'in', offers: 'untouched' }, everything), groups)).toBe(
      'one/n=in one/o=out',
    );
    expect(owed(desired({ newsletter: 'out', offers: 'out' }, everything), groups)).toBe(
      'one=out one/n=out one/o=out',
    );
  });

  it('K14 is no opt-in that is not newer than the stop, of the group or of its audience', () => {
    const at = (outSince: Record<string, number>, purposes = settings().purposes) =>
      owed(desired({ newsletter: 'in' }, { outSince }), purposes);
    expect([at({}), at({ news: 99 }), at({ news: 100 }), at({ news: 101 })]).toEqual([
      'news=in',
      'news=in',
      '',
      '',
    ]);
    const group = { newsletter: { list: 'news', interest: 'weekly' } };
    expect([at({ weekly: 100 }, group), at({ news: 100 }, group), at({ offers: 100 }, group)]).toEqual([
      '',
      '',
      'news/weekly=in',
    ]);
  });

  it('closes every audience of the account for whoever refused everything', () =>
    expect(owed(desired({ newsletter: 'out' }, everything), undefined, ['news', 'x', 'y'])).toBe(
      'news=out offers=out x=out y=out',
    ));

  it('K15 spares an audience that the person has opened again since', () => {
    const all = ['news', 'offers', 'x'];
    expect(owed(desired({ newsletter: 'in', offers: 'out' }, everything), undefined, all)).toBe(
      'news=in offers=out x=out',
    );
    // While the stop is told, the opt-in waits; it is not closed in the meantime.
    expect(owed(desired({ newsletter: 'open', offers: 'out' }, everything), undefined, all)).toBe(
      'offers=out x=out',
    );
  });
});
