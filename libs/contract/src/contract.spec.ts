import { covers, lineage } from './purposes.js';
import { toCloudEvent, typeOf, type StoredEvent } from './event.js';

describe('The tree of purposes', () => {
  it('leads from a list to what it belongs to', () =>
    expect(lineage('newsletter.weekly.tips')).toEqual([
      'newsletter.weekly.tips',
      'newsletter.weekly',
      'newsletter',
    ]));

  it('K13 lets a stop on the parent cover the child, and not the reverse', () => {
    expect(covers({ purpose: 'newsletter', channel: '*' }, 'newsletter.weekly', 'email')).toBe(true);
    expect(covers({ purpose: 'newsletter.weekly', channel: '*' }, 'newsletter', 'email')).toBe(false);
    expect(covers({ purpose: 'news', channel: '*' }, 'newsletter', 'email')).toBe(false);
  });

  it('K13 lets a stop without a stated scope cover everything', () =>
    expect(covers({ purpose: '*', channel: '*' }, 'offers', 'sms')).toBe(true));

  it('leaves other channels alone', () =>
    expect(covers({ purpose: '*', channel: 'sms' }, 'offers', 'email')).toBe(false));
});

describe('An event on the wire', () => {
  const event: StoredEvent = {
    id: '01JD8Q4V6M2S7X9K3T5B1N0PZC',
    stream: 'opposition/presentinfini/00112233445566778899aabbccddeeff',
    version: 3,
    tenant: 'presentinfini',
    at: Date.parse('2026-06-01T08:00:00Z'),
    recordedAt: Date.parse('2026-06-01T08:00:01Z'),
    policy: 'presentinfini@1',
    actor: 'person',
    causedBy: null,
    commandId: 'not for others',
    fact: { type: 'ObjectionRecorded', at: Date.parse('2026-06-01T08:00:00Z') },
    state: { entries: [] },
  };

  it('is a CloudEvent 1.0 named after its concept', () => {
    expect(typeOf(event)).toBe('assent.opposition.objection-recorded');
    expect(toCloudEvent(event)).toEqual({
      specversion: '1.0',
      id: event.id,
      source: '/assent/opposition',
      type: 'assent.opposition.objection-recorded',
      subject: event.stream,
      time: '2026-06-01T08:00:00.000Z',
      recordedat: '2026-06-01T08:00:01.000Z',
      tenant: 'presentinfini',
      streamversion: 3,
      policy: 'presentinfini@1',
      actor: 'person',
      datacontenttype: 'application/json',
      data: { fact: event.fact, state: event.state },
    });
  });
});
