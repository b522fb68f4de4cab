import type { DeliveryRow } from '@assent/ports';

/** A stop that is due at once, for tests. */
export const rowNamed = (key: string, more: Partial<DeliveryRow> = {}): DeliveryRow => ({
  id: `crm:${key}`,
  tenant: 't',
  integration: 'crm',
  addressKey: key,
  subjectId: null,
  desired: { kind: 'email', purposes: {}, allMarketing: 'stopped', objectedToAll: false, erase: false },
  revision: 1,
  appliedRevision: 0,
  state: 'queued',
  lane: 'stop',
  dueAt: 10,
  dueAtReal: 10,
  attempts: 0,
  firstDueAt: 10,
  acceptedAt: null,
  verifiedAt: null,
  readBacks: 0,
  lastOutcome: null,
  outSince: {},
  leaseUntil: 0,
  rowVersion: 0,
  ...more,
});
