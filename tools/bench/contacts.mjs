// The contacts of the benches: addresses of 25 to 33 bytes; every third may be contacted.
export const address = (index) =>
  `first.last${((index * 2654435761) >>> 0).toString(36)}@example-${index % 977}.org`;
export const mayBeContacted = (index) => index % 3 === 0;
/** An order that visits all of them, far from the one in which they were made: no look-up finds a warm cache. */
export const shuffled = (count) => Array.from({ length: count }, (_, index) => (index * 7919) % count);
