import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import { CHANNELS, type AnswerCode, type Channel } from '@assent/contract';
import { By, invalid, Needs, ProblemError, type Caller } from '@assent/http';
import { Gate, type SubjectRef } from '@assent/ports';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerBatch, groupsOf, type AnswerForm } from './batch.js';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';
import type { RawLine } from './raw-lines.js';

const FORMS: readonly string[] = ['verdicts', 'allowed', 'bits'];
const KNOWN: readonly string[] = ['purpose', 'channel', 'answer', 'explain'];

interface Asked {
  readonly purpose: string;
  readonly channel: Channel;
  readonly answer: AnswerForm;
  readonly explain: boolean;
}

@ApiTags('eligibility')
@Needs('eligibility')
@Controller('v1/eligibility/batch')
export class BatchController {
  constructor(
    private readonly gate: Gate,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'The same question for any number of addresses, streamed in and out' })
  @ApiConsumes('application/x-ndjson', 'text/csv', 'text/plain')
  @ApiProduces('application/x-ndjson', 'text/csv', 'text/plain')
  @ApiBody({ schema: { type: 'string', example: '{"email":"ada@example.org"}\n' } })
  @ApiQuery({ name: 'purpose', example: 'prospecting' })
  @ApiQuery({ name: 'channel', enum: CHANNELS, example: 'email' })
  @ApiQuery({ name: 'answer', enum: FORMS, required: false })
  @ApiQuery({ name: 'explain', type: Boolean, required: false })
  @ApiOkResponse({
    schema: { type: 'string', example: '{"line":1,"allowed":false,"reason":"no-consent"}\n' },
  })
  async ask(
    @Body() body: unknown,
    @Query() query: Record<string, unknown>,
    @By() { tenant }: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const asked = questionOf(query);
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!(body instanceof Readable)) {
      throw new ProblemError('unsupported-media-type', 'Send application/x-ndjson, text/csv or text/plain.');
    }
    const groups = groupsOf(body)[Symbol.asyncIterator]();
    const { read, first, header } = await opened(groups, type, asked);
    const rest = rejoined(first, groups);
    const options = { ...asked, decide: this.decider(tenant, asked) };
    const answers = answerBatch(rest, read, options);
    const kind =
      asked.answer === 'verdicts' ? 'application/x-ndjson' : asked.answer === 'bits' ? 'text/plain' : type;
    void reply.header('content-type', `${kind}; charset=utf-8`);
    return new StreamableFile(
      Readable.from(asked.answer === 'allowed' ? withHeader(header, answers) : answers, {
        objectMode: false,
      }),
    );
  }

  private decider(tenant: string, { purpose, channel }: Asked): (ref: SubjectRef) => Promise<AnswerCode> {
    return async (subject) => {
      const at = this.clock.now();
      const answer = await this.gate.decide(tenant, { subject, purpose, channel, at }).catch(() => undefined);
      return answer?.code ?? 'stale'; // what cannot be read is not allowed
    };
  }
}

function questionOf(query: Record<string, unknown>): Asked {
  const text = (name: string): string | undefined => {
    const value = query[name];
    if (value !== undefined && typeof value !== 'string') throw invalid(`/${name}`, 'may be given once');
    return value;
  };
  for (const name of Object.keys(query)) {
    if (!KNOWN.includes(name)) throw invalid('/query', `may hold ${KNOWN.join(', ')}`);
  }
  const purpose = text('purpose');
  const channel = text('channel');
  const answer = text('answer') ?? 'verdicts';
  const explain = text('explain') ?? 'false';
  if (purpose === undefined || purpose === '') throw invalid('/purpose', 'must be given');
  if (!(CHANNELS as readonly string[]).includes(channel ?? ''))
    throw invalid('/channel', `must be one of ${CHANNELS.join(', ')}`);
  if (!FORMS.includes(answer)) throw invalid('/answer', `must be one of ${FORMS.join(', ')}`);
  if (!['true', 'false'].includes(explain)) throw invalid('/explain', 'must be true or false');
  return { purpose, channel: channel as Channel, answer: answer as AnswerForm, explain: explain === 'true' };
}

/** How to read the lines; of CSV the first line is the header, which must name a column. */
async function opened(
  groups: AsyncIterator<RawLine[]>,
  type: string,
  { channel }: Asked,
): Promise<{ read: ReadLine; first: RawLine[]; header: Buffer | undefined }> {
  if (type !== 'text/csv') {
    const read = type === 'text/plain' ? plainLine(channel) : ndjsonLine;
    return { read, first: [], header: undefined };
  }
  const group = await groups.next();
  const [header, ...first] = group.done === true ? [] : group.value;
  const read = header?.text === undefined ? undefined : csvLine(header.text);
  if (header === undefined || read === undefined) {
    throw invalid('', 'The first line must be a header with a column email, phone or externalId');
  }
  return { read, first, header: header.bytes };
}

async function* rejoined(first: RawLine[], groups: AsyncIterator<RawLine[]>): AsyncGenerator<RawLine[]> {
  try {
    if (first.length > 0) yield first;
    for (let next = await groups.next(); next.done !== true; next = await groups.next()) yield next.value;
  } finally {
    await groups.return?.();
  }
}

async function* withHeader(
  header: Buffer | undefined,
  answers: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (header !== undefined) yield header;
  yield* answers;
}
