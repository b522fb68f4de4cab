import { OppositionModule, OppositionWaker } from '@assent/opposition';
import type { Service } from '@assent/profile';

/** Objections and one-click unsubscribe; copies an objection to every address, opens one purpose for an own opt-in. */
export const OPPOSITION_LIST: Service = {
  name: 'opposition-list',
  modules: () => [OppositionModule],
  wakers: [OppositionWaker],
};
