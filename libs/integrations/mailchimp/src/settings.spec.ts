import type { IntegrationSettings } from '@assent/ports';
import { settings } from './desired-spec.js';
import { mailchimpKind } from './mailchimp.js';
import { baseOf } from './settings.js';

describe('The settings of Mailchimp', () => {
  const news = (target: Record<string, string>) => ({ purposes: { newsletter: target } });
  it.each([
    [{}, []],
    [{ options: {} }, ['apiKey']],
    [{ options: { apiKey: 42 } }, ['apiKey']],
    [{ options: { apiKey: 'no-data-centre' } }, ['apiKey']],
    [{ options: { apiKey: 'key-us1.evil.example.org/' } }, ['apiKey']],
    [{ options: { apiKey: 'key-us12' } }, []],
    [{ options: { apiKey: 'any', baseUrl: 'https://mail.example.org/3.0' } }, []],
    [{ options: { apiKey: 'any', baseUrl: 'mail.example.org' } }, ['baseUrl']],
    [{ options: { apiKey: 'any', baseUrl: 'https://user:pass@mail.example.org' } }, ['baseUrl']],
    [{ purposes: {} }, ['purposes']],
    [news({ lists: 'x' }), ['purposes.newsletter']],
    [news({ list: 'x', colour: 'y' }), ['purposes.newsletter']],
    [news({ list: 'x', interest: 'y', permission: 'z' }), ['purposes.newsletter']],
    [news({ list: '../x' }), ['purposes.newsletter.list']],
    [news({ list: 'x', interest: '' }), ['purposes.newsletter.interest']],
    [news({ list: 'x', interest: 'y' }), []],
    [news({ list: 'x', permission: 'y' }), []],
  ] as [Partial<IntegrationSettings>, string[]][])('%j: at fault is %j', (more, members) => {
    const faults = mailchimpKind.check(settings(more));
    expect(faults.map(({ member }) => member)).toEqual(members);
    expect(JSON.stringify(faults)).not.toContain('evil');
  });

  it('name the host by the data centre in the key, unless they name another', () => {
    expect(baseOf(settings({ options: { apiKey: 'a-b-us12' } }))).toBe('https://us12.api.mailchimp.com/3.0');
    expect(baseOf(settings({ options: { apiKey: 'k-us1', baseUrl: 'https://x.example.org/3.0/' } }))).toBe(
      'https://x.example.org/3.0',
    );
  });
});
