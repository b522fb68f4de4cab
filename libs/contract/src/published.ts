import { CONCEPTS, type ConceptName } from '@assent/kernel';
import Type, { type TSchema } from 'typebox';
import { ConsentFact, ConsentState } from './consent.js';
import { DeliveryFact, DeliveryState, SendRefused } from './delivery.js';
import { topicOf, typeOf } from './event.js';
import { NewsletterFact, NewsletterState } from './newsletter.js';
import { OppositionFact, OppositionState } from './opposition.js';
import { ProspectFact, ProspectState } from './prospect.js';
import { SubjectFact, SubjectState } from './subject.js';
import { AddressVerdict, ELIGIBILITY_TOPIC, VERDICT_TYPE } from './verdict.js';

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One type of event as other systems see it. */
export interface PublishedEvent {
  /** `assent.opposition.objection-recorded` */
  readonly type: string;
  readonly concept: ConceptName;
  /** `ObjectionRecorded` */
  readonly fact: string;
  /** Of the event's data: `{ fact, state }`. */
  readonly schema: JsonSchema;
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const FACTS: Record<ConceptName, { fact: TSchema; state: TSchema }> = {
  subject: { fact: SubjectFact, state: SubjectState },
  consent: { fact: ConsentFact, state: ConsentState },
  newsletter: { fact: NewsletterFact, state: NewsletterState },
  opposition: { fact: OppositionFact, state: OppositionState },
  prospect: { fact: ProspectFact, state: ProspectState },
  delivery: { fact: Type.Union([DeliveryFact, SendRefused]), state: DeliveryState },
};

/** Every type of event that is published, in the order of the concepts and of their facts. */
export const publishedEvents = (): PublishedEvent[] => CONCEPTS.flatMap(ofConcept);

/** The schema of everything that is published, by its type: of the events, and of a verdict. */
export const publishedSchemas = (): { readonly type: string; readonly schema: JsonSchema }[] => [
  ...publishedEvents().map(({ type, schema }) => ({ type, schema })),
  {
    type: VERDICT_TYPE,
    schema: {
      $schema: DIALECT,
      $id: `/schemas/${VERDICT_TYPE}.json`,
      title: VERDICT_TYPE,
      description: `A message of topic ${ELIGIBILITY_TOPIC}: what may be sent to one address.`,
      ...plain(AddressVerdict),
    },
  },
];

function ofConcept(concept: ConceptName): PublishedEvent[] {
  const { fact, state } = FACTS[concept];
  return variants(plain(fact)).map(([name, variant]) => {
    const type = typeOf({ stream: `${concept}/`, fact: { type: name, at: 0 } });
    return {
      type,
      concept,
      fact: name,
      schema: {
        $schema: DIALECT,
        $id: `/schemas/${type}.json`,
        title: type,
        description: `The data of an event of topic ${topicOf(concept)}: the fact, and the stream's state after it.`,
        type: 'object',
        required: ['fact', 'state'],
        properties: { fact: variant, state: without(plain(state), '$id') },
      },
    };
  });
}

/** A union of facts, or one shape for several names: in both cases one schema for each name. */
function variants(fact: JsonSchema): [name: string, schema: JsonSchema][] {
  const alternatives = (fact['anyOf'] as JsonSchema[] | undefined) ?? [fact];
  return alternatives.flatMap((schema) => {
    const properties = schema['properties'] as Record<string, JsonSchema>;
    const { const: one, enum: several } = properties['type'] as { const?: string; enum?: string[] };
    const names = several ?? [one as string];
    return names.map((name): [string, JsonSchema] => [
      name,
      { ...schema, properties: { ...properties, type: { const: name } } },
    ]);
  });
}

const plain = (schema: TSchema): JsonSchema => JSON.parse(JSON.stringify(schema)) as JsonSchema;

export const without = (schema: JsonSchema, ...members: readonly string[]): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([member]) => !members.includes(member)));
