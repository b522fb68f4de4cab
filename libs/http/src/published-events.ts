import { asyncApi, publishedSchemas, type JsonSchema } from '@assent/contract';
import { stringify } from 'yaml';

/** What is written to Kafka, as AsyncAPI in YAML: `/asyncapi.yaml` and docs/reference/asyncapi.yaml. */
export const asyncApiYaml = (): string =>
  stringify(asyncApi('1'), { lineWidth: 0, aliasDuplicateObjects: false });

/** `assent.opposition.objection-recorded.json` → the schema of such an event's data. */
export const eventSchema = (name: string): JsonSchema | undefined =>
  publishedSchemas().find(({ type }) => `${type}.json` === name)?.schema;
