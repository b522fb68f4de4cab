import { ELIGIBILITY_TOPIC, publishedEvents, publishedSchemas, typeOf, VERDICT_TYPE } from '@assent/contract';
import { CONCEPTS } from '@assent/kernel';
import specs from '@asyncapi/specs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { read } from './repository.js';

interface Document {
  readonly channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
  readonly components: { messages: Record<string, unknown> };
}

describe('The public contract of the topics', () => {
  const document = parse(read('docs/reference/asyncapi.yaml')) as Document;

  it('is valid AsyncAPI 3.0', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const valid: ValidateFunction = ajv.compile(specs.schemasWithoutId['3.0.0']);
    valid(document);
    expect(valid.errors ?? []).toEqual([]);
  });

  it('would not be valid with a word that AsyncAPI does not know', () => {
    const valid = new Ajv({ strict: false, validateFormats: false }).compile(specs.schemasWithoutId['3.0.0']);
    expect(valid({ ...document, chanels: {} })).toBe(false);
  });

  it('names every topic and every type of event', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
      ...CONCEPTS.map((concept) => `assent.${concept}`),
      ELIGIBILITY_TOPIC,
    ]);
    const referred = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
    expect(referred).toEqual(publishedSchemas().map(({ type }) => type));
    expect(Object.keys(document.components.messages)).toEqual(referred);
  });
});

describe('The schema of an event', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });

  it.each(publishedEvents().map((event) => [event.type, event] as const))(
    '%s is a JSON Schema',
    (_, event) => {
      expect(() => ajv.compile(event.schema)).not.toThrow();
      expect(typeOf({ stream: `${event.concept}/t/x`, fact: { type: event.fact, at: 1 } })).toBe(event.type);
    },
  );

  it('takes an objection with its state, and refuses another fact or a state that is none', () => {
    const scope = { purpose: '*', channel: '*' };
    const fact = { type: 'ObjectionRecorded', at: 1, scope, source: 'click', evidence: null, origin: null };
    const entry = {
      id: 'e',
      scope,
      since: 1,
      recordedAt: 1,
      source: 'click',
      evidence: null,
      origin: null,
      except: [],
    };
    const schema = publishedEvents().find(({ fact: name }) => name === 'ObjectionRecorded')?.schema ?? {};
    const valid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    expect(valid({ fact, state: { entries: [entry], undone: [] } })).toBe(true);
    expect(valid({ fact: { ...fact, type: 'ObjectionLifted' }, state: { entries: [], undone: [] } })).toBe(
      false,
    );
    expect(valid({ fact, state: { entries: 'none', undone: [] } })).toBe(false);
    expect(valid({ fact })).toBe(false);
  });
});

describe('The schema of a verdict', () => {
  const schema = publishedSchemas().find(({ type }) => type === VERDICT_TYPE)?.schema ?? {};
  const valid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  const verdict = {
    tenant: 'presentinfini',
    addressKey: '0'.repeat(32),
    kind: 'email',
    verdicts: { newsletter: { email: 'allowed' } },
    validUntil: '2026-06-02T08:00:00.000Z',
    policy: 'presentinfini@1',
    revision: 3,
    at: '2026-06-01T08:00:00.000Z',
  };

  it('takes what is published, also of nobody and without an end', () => {
    const { kind, ...nobody } = verdict;
    expect(kind).toBe('email');
    expect([valid(verdict), valid({ ...nobody, validUntil: null })]).toEqual([true, true]);
  });

  it('refuses a third answer, an instant that is none, and a clear address', () => {
    expect(valid({ ...verdict, verdicts: { newsletter: { email: 'ask' } } })).toBe(false);
    expect(valid({ ...verdict, validUntil: 'tomorrow' })).toBe(false);
    expect(valid({ ...verdict, addressKey: 'ada@example.org' })).toBe(false);
  });
});
