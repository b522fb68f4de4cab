import { Unavailable, VersionConflict } from '@assent/ports';
import mongoose from 'mongoose';
import { asFailure, isDuplicate } from './failure.js';
import { storable } from './storable.js';

const { MongoNetworkError, MongoServerError, MongoServerSelectionError } = mongoose.mongo;

describe('A failure of the database', () => {
  it.each([
    ['a lost connection', new MongoNetworkError('closed')],
    ['no server', new MongoServerSelectionError('none', {} as never)],
    ['no majority in time', new MongoServerError({ message: 'waiting for replication timed out', code: 64 })],
  ])('is told as not available, which doors answer with 503: %s', (_, error) => {
    const failure = asFailure(error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).toMatchObject({ statusCode: 503, cause: error });
  });

  it('is told as it is when another try would fail as well', () => {
    for (const error of [
      new MongoServerError({ message: 'unknown operator', code: 2 }),
      new VersionConflict('consent/t/a', 1, 2),
      new TypeError('a function cannot be stored'),
    ]) {
      expect(asFailure(error)).toBe(error);
    }
    expect(isDuplicate(new MongoServerError({ message: 'E11000', code: 11000 }))).toBe(true);
    expect(isDuplicate(new Error('E11000'))).toBe(false);
  });
});

describe('What is stored', () => {
  it('comes back as JSON would give it back', () => {
    expect(storable({ a: [1, undefined], b: undefined, 'newsletter.weekly': { $x: null } })).toEqual({
      a: [1, null],
      'newsletter.weekly': { $x: null },
    });
  });

  it('is refused when it would be lost in silence', () => {
    const circle: Record<string, unknown> = {};
    circle['itself'] = circle;
    for (const never of [Symbol('x'), () => 'x', circle, 1n])
      expect(() => storable({ never })).toThrow(TypeError);
  });
});
