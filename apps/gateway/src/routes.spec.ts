import { nginxConfiguration, serviceOf } from './routes.js';

describe('The route table', () => {
  it.each([
    ['/v1/consents', 'consent-ledger'],
    ['/v1/subjects/sub_1/history', 'consent-ledger'],
    ['/v1/subjects/sub_1/prospect', 'prospect-counter'],
    ['/v1/permits/verify', 'prospect-counter'],
    ['/v1/subjects/sub_1/preferences', 'preferences'],
    ['/v1/subjects', 'preferences'],
    ['/v1/subscriptions/end', 'newsletter'],
    ['/s/publisher/newsletter', 'newsletter'],
    ['/c/AQ', 'newsletter'],
    ['/u/AQ/undo', 'opposition-list'],
    ['/p/AQ', 'preferences'],
    ['/v1/objections/find', 'opposition-list'],
    ['/v1/objectionsx', 'preferences'],
    ['/v1/eligibility/batch', 'preferences'],
    ['/v1/integrations/crm/resync', 'delivery'],
    ['/v1/send-checks', 'delivery'],
    ['/v1/bounces', 'delivery'],
    ['/nowhere', 'preferences'],
  ])('sends %s to %s', (path, service) => expect(serviceOf(path)).toBe(service));

  it('is the same for nginx: its locations, tried in their order, lead to the same services', () => {
    const text = nginxConfiguration();
    const locations = [...text.matchAll(/^ {2}location ~ (\S+) \{.* proxy_pass http:\/\/([\w-]+);/gm)];
    expect(locations.length).toBeGreaterThan(10);
    const found = (path: string) =>
      locations.find(([, pattern = '']) => new RegExp(pattern).test(path))?.[2] ?? 'preferences';
    for (const path of [
      '/v1/consents',
      '/v1/subjects/a/history',
      '/u/x',
      '/p/x',
      '/v1/links',
      '/hooks/a/b/c',
    ])
      expect(found(path)).toBe(serviceOf(path));
    expect(text).toMatch(/location ~ \^\/u.*non_idempotent/);
    expect(text).not.toMatch(/location ~ \^\/v1.*non_idempotent/);
  });
});
