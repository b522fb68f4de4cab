import { checked } from './checked.js';
import { ProblemError } from './problems.js';
import { ThingDto } from './things-spec.js';

const faultsOf = (value: unknown): { pointer: string; detail: string }[] => {
  try {
    checked(ThingDto, value);
    return [];
  } catch (error) {
    return error instanceof ProblemError
      ? [...(error.errors ?? [])]
      : [{ pointer: '', detail: String(error) }];
  }
};
const pointers = (value: unknown) => faultsOf(value).map(({ pointer }) => pointer);

describe('A body that is checked', () => {
  it('becomes its type, with its nested members', () => {
    const body = checked(ThingDto, { subject: { email: 'x' }, more: [{ email: 'y' }] });
    expect(body).toBeInstanceOf(ThingDto);
    expect(body.more?.[0]?.email).toBe('y');
  });

  it('is answered for every wrong member by its pointer, also inside lists', () => {
    const wrong = { subject: { email: 1 }, source: 'pigeon', more: [{ email: 'x' }, { email: 2, x: 1 }] };
    expect(pointers(wrong).sort()).toEqual(['/more/1/email', '/more/1/x', '/source', '/subject/email']);
  });

  it.each([undefined, null, 'x', 1, [], [{ subject: { email: 'x' } }]])('is no object: %j', (value) =>
    expect(faultsOf(value)).toEqual([{ pointer: '', detail: 'must be a JSON object' }]),
  );

  it('is told which members there are, when it has one that is none', () => {
    expect(faultsOf({ subject: { emial: 'x' } })).toContainEqual({
      pointer: '/subject/emial',
      detail: 'is not a known member; known are email',
    });
    expect(faultsOf({ subject: { email: 'x' }, surce: 'x' })[0]?.detail).toContain('subject, source, more');
  });

  it('is never repeated: no value, and no name that may be an address', () => {
    const canary = 'canary@example.org';
    const told = JSON.stringify([
      faultsOf({ subject: canary, source: canary, more: canary }),
      faultsOf({ subject: { email: { [canary]: canary } }, [canary]: 1, '33612345678': 1, 'a/b~c': 1 }),
      faultsOf({ subject: { email: [canary] }, more: [canary, { [canary]: 1 }] }),
    ]);
    expect(told).not.toMatch(/canary|33612345678|a\/b~c/);
    expect(pointers({ subject: { email: 'x' }, [canary]: 1 })).toEqual(['/…']);
  });

  it('full of wrong members is not answered by something larger', () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`m${index}`, 1]));
    expect(faultsOf({ subject: { email: 'x' }, ...many })).toHaveLength(20);
  });
});
