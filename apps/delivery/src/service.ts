import { DeliveryModule } from '@assent/delivery';
import type { Service } from '@assent/profile';

/** Plans and carries every stop to every integration until it is seen to obey. */
export const DELIVERY: Service = {
  name: 'delivery',
  modules: () => [DeliveryModule],
  wakers: [],
  delivers: true,
};
