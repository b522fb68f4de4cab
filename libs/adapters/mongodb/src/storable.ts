/**
 * The value as it will come back: JSON. Throws for what would be stored as something else in silence, a function or a
 * symbol, and for circles.
 */
export const storable = <T>(value: T): T => JSON.parse(JSON.stringify(value, refuse)) as T;

function refuse(_: string, value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`a ${typeof value} cannot be stored`);
  }
  return value;
}
