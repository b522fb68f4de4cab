import type { IntegrationSettings } from '@assent/ports';
import { mailchimpKind } from './mailchimp.js';

const settings = (more: Partial<IntegrationSettings>): IntegrationSettings => ({
  id: 'mailchimp-main',
  tenant: 't',
  kind: 'mailchimp',
  role: 'marketing',
  purposes: { newsletter: { list: 'news' } },
  unknownContact: 'skip',
  options: { apiKey: 'key-us1' },
  ...more,
});

describe('The settings of Mailchimp', () => {
  const faults = (more: Partial<IntegrationSettings>) =>
    mailchimpKind.check(settings(more)).map(({ member }) => member);
  it('name the member that is wrong', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ options: {} })).toEqual(['apiKey']);
    expect(faults({ options: { apiKey: 'no-data-centre' } })).toEqual(['apiKey']);
    expect(faults({ options: { apiKey: 'key-us12' } })).toEqual([]);
    expect(faults({ purposes: { newsletter: { lists: 'x' } } })).toEqual(['purposes.newsletter']);
  });
});
