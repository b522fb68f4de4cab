import { CanaryModule } from '@assent/canary';
import { DeliveryModule } from '@assent/delivery';
import type { Service } from '@assent/profile';

/** Plans and carries every stop to every integration until it is seen to obey. */
export const DELIVERY: Service = {
  name: 'delivery',
  modules: () => [DeliveryModule, CanaryModule],
  wakers: [],
  delivers: true,
};
