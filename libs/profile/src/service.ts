import type { DynamicModule, Type } from '@nestjs/common';
import type { Waker } from '@assent/runtime';
import type { Parts } from './ports.module.js';

/** What one process does. `Subjects`, `Standings` and the ports are there for all of them. */
export interface Service {
  /** As the route table and docker-compose name it. */
  readonly name: string;
  /** Doors and reactions. A reaction belongs to one service alone: that of the concept whose command it gives. */
  readonly modules: (parts: Parts) => readonly (Type | DynamicModule)[];
  /** Whose streams it wakes when they are due. */
  readonly wakers: readonly Type<Waker>[];
  /** Carries what is decided to the integrations; it mounts `DeliveryModule`. */
  readonly delivers?: boolean;
  /** Alone on its store, it answers audiences from an index of verdicts in memory; it mounts `EligibilityModule`. */
  readonly indexes?: boolean;
  /** Writes to people: in the distributed profile it needs a mail server. */
  readonly mails?: boolean;
}
