import { toCloudEvent, type StoredEvent } from '@assent/contract';
import type { Fact } from '@assent/kernel';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

/** Attributes that are not strings in CloudEvents' sense stay in the value, the others become headers `ce_…`. */
const IN_THE_VALUE = new Set(['data', 'datacontenttype']);

/** CloudEvents 1.0, Kafka protocol binding, binary mode: attributes in headers, `{ fact, state }` as JSON in the value. */
export function encode(event: StoredEvent): Message & { key: string; value: Buffer } {
  const attributes = toCloudEvent(event);
  const headers: IHeaders = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(attributes)) {
    if (!IN_THE_VALUE.has(name)) headers[`ce_${name}`] = String(value);
  }
  return { key: event.stream, value: Buffer.from(JSON.stringify(attributes['data'])), headers };
}

/** Throws when it is no event of ours. The request that caused it stays in the log: `commandId` is null. */
export function decode({ value, headers }: Pick<KafkaMessage, 'value' | 'headers'>): StoredEvent {
  const optional = (name: string): string | null => {
    const found = headers?.[`ce_${name}`];
    if (Array.isArray(found)) throw new Error(`header ce_${name} is repeated`);
    return found === undefined ? null : found.toString();
  };
  const header = (name: string): string => {
    const found = optional(name);
    if (found === null) throw new Error(`header ce_${name} is missing`);
    return found;
  };
  if (header('specversion') !== '1.0') throw new Error(`not CloudEvents 1.0 but ${header('specversion')}`);
  const { fact, state } = JSON.parse(value?.toString() ?? 'null') as { fact: Fact; state: unknown };
  const version = Number(header('streamversion'));
  if (!Number.isInteger(version) || version < 1) throw new Error('header ce_streamversion is no version');
  return {
    id: header('id'),
    stream: header('subject'),
    version,
    tenant: header('tenant'),
    at: instant(header('time')),
    recordedAt: instant(header('recordedat')),
    policy: header('policy'),
    actor: header('actor'),
    causedBy: optional('causedby'),
    commandId: null,
    fact,
    state,
  };
}

function instant(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`${text} is no instant`);
  return ms;
}
