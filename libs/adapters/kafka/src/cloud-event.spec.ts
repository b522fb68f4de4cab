import { toCloudEvent, type StoredEvent } from '@assent/contract';
import { eventNamed } from '@assent/ports';
import fc from 'fast-check';
import { decode, encode } from './cloud-event.js';

const EVENT: StoredEvent = {
  ...eventNamed('01JXYZ'),
  stream: 'opposition/t/k',
  version: 7,
  at: 1_790_000_000_123,
  recordedAt: 1_790_000_000_456,
  causedBy: '01JABC',
  fact: { type: 'ObjectionRecorded', at: 1_790_000_000_123 },
  state: { entries: [] },
};

/** As the broker gives it back: headers are bytes. */
const received = (event: StoredEvent) => {
  const { value, headers = {} } = encode(event);
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text as string)] as const);
  return { value, headers: Object.fromEntries(bytes) };
};

describe('An event in Kafka', () => {
  it('is a CloudEvent in binary mode under the key of its stream', () => {
    const { key, value, headers } = encode(EVENT);
    expect(key).toBe('opposition/t/k');
    expect(JSON.parse(value.toString())).toEqual({ fact: EVENT.fact, state: EVENT.state });
    expect(headers).toEqual({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: '01JXYZ',
      ce_source: '/assent/opposition',
      ce_type: 'assent.opposition.objection-recorded',
      ce_subject: 'opposition/t/k',
      ce_time: '2026-09-21T14:13:20.123Z',
      ce_recordedat: '2026-09-21T14:13:20.456Z',
      ce_tenant: 't',
      ce_streamversion: '7',
      ce_policy: 't@1',
      ce_actor: 'key:1',
      ce_causedby: '01JABC',
    });
  });

  it('leaves out no attribute of the envelope', () => {
    const { headers } = encode(EVENT);
    const names = Object.keys(toCloudEvent(EVENT)).filter(
      (name) => !['data', 'datacontenttype'].includes(name),
    );
    expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('ce_'))).toEqual(
      names.map((name) => `ce_${name}`),
    );
  });

  it('is read as it was written, but for the request that caused it', () => {
    const anyEvent = fc.record({
      at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      version: fc.integer({ min: 1 }),
      causedBy: fc.option(fc.string({ minLength: 1 })),
      state: fc.jsonValue(),
    });
    fc.assert(
      fc.property(anyEvent, (more) => {
        const event = { ...EVENT, ...more, commandId: 'secret' };
        const state: unknown = JSON.parse(JSON.stringify(more.state));
        expect(decode(received(event))).toEqual({ ...event, state, commandId: null });
      }),
    );
  });

  it('is told from what is no event, with what is wrong with it', () => {
    const good = received(EVENT);
    const without = (name: string) => ({
      ...good,
      headers: Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name)),
    });
    expect(() => decode(without('ce_id'))).toThrow('header ce_id is missing');
    expect(() => decode({ ...good, headers: { ...good.headers, ce_id: ['a', 'b'] } })).toThrow('repeated');
    expect(() => decode({ ...good, headers: { ...good.headers, ce_specversion: '2.0' } })).toThrow('2.0');
    expect(() => decode({ ...good, headers: { ...good.headers, ce_streamversion: 'x' } })).toThrow(
      'no version',
    );
    expect(() => decode({ ...good, headers: { ...good.headers, ce_time: 'noon' } })).toThrow('noon');
    expect(() => decode({ ...good, value: null })).toThrow();
  });
});
