import { validateSync } from 'class-validator';
import { HoldsNoAddress } from './holds-no-address.js';

class Named {
  @HoldsNoAddress()
  name!: string;
}
const accepts = (name: string) => validateSync(Object.assign(new Named(), { name })).length === 0;

describe('A name that stands in events for good', () => {
  it.each(['spring-2026', '20260504123456789', 'fair, hall 3', 'order 0042 0017', '+1 offer', 'line\nline'])(
    'may be %j',
    (name) => expect(accepts(name)).toBe(true),
  );

  it.each([
    'ada@example.org',
    'x@',
    '+33612345678',
    'call +33 6 12 34 56 78',
    '0033 6 12 34 56 78',
    'a\n+33612345678',
  ])('may not be %j: it could be an address', (name) => expect(accepts(name)).toBe(false));
});
