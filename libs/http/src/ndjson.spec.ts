import { IsString } from 'class-validator';
import { answerLines } from './ndjson.js';
import { ProblemError } from './problems.js';

class Body {
  @IsString()
  name!: string;
}

async function* sent(text: string) {
  yield await Promise.resolve(Buffer.from(text));
}

describe('A batch', () => {
  it('answers each line in order, a bad one as a problem, and goes on', async () => {
    const reported: unknown[] = [];
    const work = (body: Body) => {
      if (body.name === 'refused') throw new ProblemError('subject-unknown', 'Nobody.');
      if (body.name === 'broken') throw new Error('the disk is full');
      return Promise.resolve({ status: 201, hello: body.name });
    };
    const lines = ['{"name":"a"}', '', '{"name":1}', '{"name":"b","typo":1}'];
    const more = ['{"name":"refused"}', '{"name":"broken"}', '{"name":"c"}', '{"name":"d","__proto__":1}'];
    const text = [...lines, ...more].join('\n');
    const answers: unknown[] = [];
    const answer = answerLines(
      sent(text),
      Body,
      (body) => Promise.resolve(body).then(work),
      (error) => reported.push(error),
    );
    for await (const line of answer) answers.push(JSON.parse(String(line)));
    expect(answers).toMatchObject([
      { line: 1, status: 201, hello: 'a' },
      { line: 2, status: 400, code: 'malformed-json' },
      { line: 3, status: 400, code: 'invalid-request', errors: [{ pointer: '/name' }] },
      {
        line: 4,
        status: 400,
        errors: [{ pointer: '/typo', detail: 'is not a known member; known are name' }],
      },
      { line: 5, status: 404, code: 'subject-unknown' },
      { line: 6, status: 500, code: 'internal-error' },
      { line: 7, status: 201, hello: 'c' },
      { line: 8, status: 400, code: 'malformed-json' },
    ]);
    expect(reported).toHaveLength(1);
  });

  it('is read no further than its answers are: memory stays bounded, however long it is', async () => {
    const all = 5_000;
    let read = 0;
    async function* endless() {
      for (; read < all; read++) yield await Promise.resolve('{"name":"a"}\n');
    }
    const answers = answerLines(endless(), Body, () => Promise.resolve({ status: 201 }), fail);
    const one = answers[Symbol.asyncIterator]();
    await one.next();
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    expect(read).toBeLessThan(100);
    let count = 1;
    while ((await one.next()).done !== true) count++;
    expect([count, read]).toEqual([all, all]);
  });
});

const fail = (error: unknown): never => {
  throw error;
};
