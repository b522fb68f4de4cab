/** The concepts that own streams. The name is the first part of the stream id and the end of its topic. */
export const CONCEPTS = ['subject', 'consent', 'newsletter', 'opposition', 'prospect', 'delivery'] as const;
export type ConceptName = (typeof CONCEPTS)[number];

/**
 * `subject/<tenant>/<sub>`, `opposition/<tenant>/<address key>`, `delivery/<tenant>/<integration>/<address key>`.
 * Parts never hold a slash: tenants and integrations are checked by the policy, ids and keys are ours.
 */
export const streamOf = (concept: ConceptName, tenant: string, ...rest: readonly string[]): string =>
  [concept, tenant, ...rest].join('/');

export interface StreamParts {
  readonly concept: ConceptName;
  readonly tenant: string;
  /** The subject id, or the address key. */
  readonly key: string;
  /** Of delivery streams only. */
  readonly integration?: string;
}

export function parseStream(stream: string): StreamParts {
  const [concept, tenant = '', ...rest] = stream.split('/');
  const key = rest.at(-1) ?? '';
  return {
    concept: concept as ConceptName,
    tenant,
    key,
    ...(rest.length > 1 && { integration: rest[0] }),
  };
}
