import fc from 'fast-check';
import { checked } from '@assent/http';
import { QuestionDto } from './eligibility.dto.js';
import { plainQuestion } from './plain-question.js';

const question = { subject: { email: 'ada@example.org' }, purpose: 'offers', channel: 'email' };

describe('A plain question', () => {
  it('is taken as it is', () => {
    for (const more of [{}, { explain: true }, { at: '2026-05-04' }, { subject: { id: 'sub_1' } }]) {
      expect(plainQuestion({ ...question, ...more })).toEqual({ ...question, ...more });
    }
  });

  it('is never one that the declared class refuses, and means the same', () => {
    const odd = fc.constantFrom<unknown>(
      null,
      1,
      '',
      [],
      {},
      true,
      'x'.repeat(41),
      'x'.repeat(101),
      'x'.repeat(2001),
    );
    const text = fc.oneof(fc.constantFrom('email', 'ada@example.org', 'offers', '2026-05-04'), odd);
    const names = ['id', 'email', 'phone', 'externalId', '__proto__', 'constructor', 'toString', 'x'];
    const mostly = <T>(good: T, other: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 5, arbitrary: fc.constant<unknown>(good) }, { weight: 1, arbitrary: other });
    const subject = fc.oneof(odd, fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 2 }));
    const members = fc.record(
      {
        subject: mostly(question.subject, subject),
        purpose: mostly('offers', text),
        channel: mostly('email', text),
        at: mostly('2026-05-04', text),
        explain: mostly(true, odd),
        x: odd,
      },
      { requiredKeys: ['subject', 'purpose', 'channel'] },
    );
    const body = fc.oneof(
      { weight: 1, arbitrary: odd },
      { weight: 9, arbitrary: members },
      { weight: 9, arbitrary: members.map((one) => ({ ...one, x: undefined })) },
    );
    let plain = 0;
    fc.assert(
      fc.property(body, (value) => {
        const sent = JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
        const taken = plainQuestion(sent);
        if (taken === undefined) return;
        plain += 1;
        const declared = checked(QuestionDto, sent);
        expect(JSON.parse(JSON.stringify(declared))).toEqual(sent);
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});
