import type { TraversableLog } from '@assent/ports';
import type { world } from './world-spec.js';

/** The log of a world as it is walked through: its streams in the order in which they began. */
export const walk = ({ log }: ReturnType<typeof world>, page = 3): TraversableLog =>
  Object.assign(Object.create(log) as TraversableLog, {
    changes: (after: string | undefined) => {
      const from = Number(after ?? 0);
      const appended = [...log.streams.keys()]
        .slice(from, from + page)
        .map((stream) => ({ stream, first: 1, last: 1 }));
      return Promise.resolve({ appended, next: String(from + appended.length) });
    },
  });
