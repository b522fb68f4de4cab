import { ProspectModule, ProspectWaker } from '@assent/prospect';
import type { Service } from '@assent/profile';

/** Solicitations, responses, relationships and the drop-out clock. */
export const PROSPECT_COUNTER: Service = {
  name: 'prospect-counter',
  modules: () => [ProspectModule],
  wakers: [ProspectWaker],
};
