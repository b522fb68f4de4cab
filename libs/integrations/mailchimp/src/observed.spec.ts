import { ABSENT, memberOf } from './member.js';
import { seen, seenErased, summed, UNREAD } from './observed.js';
import type { Target } from './targets.js';

const member = (status: string, weekly?: boolean) =>
  status === 'absent' ? ABSENT : memberOf({ status, interests: weekly === undefined ? {} : { weekly } });
const target = (tri: Target['tri'], grouped = false): Target => ({
  ...{ list: 'news', name: 'news', tri },
  group: grouped ? { kind: 'interest', id: 'weekly' } : undefined,
});

describe('What Mailchimp is seen to hold', () => {
  it.each([
    ['out', 'subscribed', 'looser', 'subscribed'],
    ['out', 'pending', 'looser', 'pending'],
    ['out', 'archived', 'looser', 'archived'],
    ['out', 'unsubscribed', 'equal', 'suppressed'],
    ['out', 'transactional', 'equal', 'transactional'],
    ['out', 'cleaned', 'stricter', 'cleaned'],
    ['out', 'absent', 'equal', 'absent'],
    ['out', 'brand-new-status', 'unknown', 'unread'],
    ['in', 'subscribed', 'equal', 'subscribed'],
    ['in', 'pending', 'equal', 'pending'],
    ['in', 'unsubscribed', 'stricter', 'suppressed'],
    ['in', 'archived', 'stricter', 'archived'],
    ['in', 'transactional', 'stricter', 'transactional'],
    ['in', 'cleaned', 'stricter', 'cleaned'],
    ['in', 'absent', 'stricter', 'absent'],
    ['untouched', 'subscribed', 'equal', 'subscribed'],
    ['untouched', 'unsubscribed', 'equal', 'unsubscribed'],
  ] as const)('owing %s and %s is %s', (tri, status, match, word) =>
    expect(seen(member(status), target(tri))).toEqual({ match, word }),
  );

  it.each([
    ['out', 'subscribed', true, 'looser'],
    ['out', 'subscribed', false, 'equal'],
    ['out', 'subscribed', undefined, 'equal'],
    ['out', 'archived', true, 'looser'],
    ['out', 'unsubscribed', true, 'equal'],
    ['in', 'subscribed', true, 'equal'],
    ['in', 'subscribed', false, 'stricter'],
    ['in', 'pending', true, 'equal'],
    ['in', 'unsubscribed', true, 'stricter'],
  ] as const)('of a group, owing %s, %s and in it: %s, is %s', (tri, status, on, match) =>
    expect(seen(member(status, on), target(tri, true)).match).toBe(match),
  );

  it('reads marketing permissions as it reads groups, and nonsense as nothing', () => {
    const { permissions } = memberOf({
      status: 'subscribed',
      marketing_permissions: [{ marketing_permission_id: 'p', enabled: true }, null, 'x'],
      interests: null,
    });
    expect(permissions['p']).toBe(true);
    expect(memberOf({}).status).toBe('unknown');
    expect(memberOf({ marketing_permissions: 'x' }).permissions).toEqual({});
  });

  it('is erased only when absent', () => {
    expect(seenErased(ABSENT)).toEqual({ match: 'equal', word: 'erased' });
    expect(seenErased(member('archived'))).toEqual({ match: 'looser', word: 'archived' });
  });

  it('is the worst of all targets, in one word', () => {
    const [equal, absent, stricter, looser] = [
      ...[member('unsubscribed'), member('absent'), member('cleaned'), member('subscribed')].map((one) =>
        seen(one, target('out')),
      ),
    ] as const;
    expect(summed([absent!, equal!])).toEqual({ match: 'equal', summary: 'suppressed' });
    expect(summed([equal!, stricter!])).toEqual({ match: 'stricter', summary: 'cleaned' });
    expect(summed([stricter!, UNREAD, equal!])).toEqual({ match: 'unknown', summary: 'unread' });
    expect(summed([UNREAD, looser!, equal!])).toEqual({ match: 'looser', summary: 'subscribed' });
    expect(summed([])).toEqual({ match: 'equal', summary: 'untouched' });
  });
});
