import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, Query, Req, StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CHANNELS, type Channel } from '@assent/contract';
import { By, invalid, Needs, ProblemError, type Caller } from '@assent/http';
import { BatchDesk } from './batch-desk.service.js';
import { ANSWER_FORMS, answerBatch, type AnswerForm } from './batch.js';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';
import { lineAt, piecesOf, withoutMark, type Piece } from './pieces.js';

const KNOWN: readonly string[] = ['purpose', 'channel', 'answer', 'explain'];
const TYPES: readonly string[] = ['application/x-ndjson', 'text/csv', 'text/plain'];

interface Asked {
  readonly purpose: string;
  readonly channel: Channel;
  readonly answer: AnswerForm;
  readonly explain: boolean;
}

/** The same question for a whole file, as a stream: nothing of it is kept, and it may be of any length. */
@ApiTags('eligibility')
@ApiBearerAuth()
@Needs('eligibility')
@Controller('v1/eligibility/batch')
export class BatchController {
  constructor(private readonly desk: BatchDesk) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'The same question for any number of addresses, streamed in and out' })
  @ApiConsumes(...TYPES)
  @ApiProduces(...TYPES)
  @ApiBody({ schema: { type: 'string', example: '{"email":"ada@example.org"}\n' } })
  @ApiQuery({ name: 'purpose', example: 'prospecting' })
  @ApiQuery({ name: 'channel', enum: CHANNELS, example: 'email' })
  @ApiQuery({ name: 'answer', enum: ANSWER_FORMS, required: false })
  @ApiQuery({ name: 'explain', type: Boolean, required: false })
  @ApiOkResponse({
    schema: { type: 'string', example: '{"line":1,"allowed":false,"reason":"no-consent"}\n' },
  })
  async ask(
    @Body() body: unknown,
    @Query() query: Record<string, unknown>,
    @By() { tenant }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile> {
    const { purpose, channel, answer, explain } = questionOf(query);
    const sent = request.headers['content-type'] ?? '';
    const type = sent.split(';')[0]?.trim().toLowerCase() ?? '';
    if (!(body instanceof Readable) || !TYPES.includes(type)) {
      throw new ProblemError('unsupported-media-type', `Send ${TYPES.join(', ')}.`);
    }
    this.desk.known(tenant, purpose, channel); // refused before anything is answered
    const pieces = piecesOf(body);
    const { read, header, first } =
      type === 'text/csv'
        ? await csv(pieces, channel)
        : {
            read: type === 'text/plain' ? plainLine(channel) : ndjsonLine,
            header: undefined,
            first: undefined,
          };
    const answers = answerBatch(first === undefined ? pieces : startingWith(first, pieces), read, {
      answer,
      explain,
      isBelowHeader: header !== undefined,
      decide: (refs) => this.desk.codes(tenant, purpose, channel, refs),
      known: () => this.desk.known(tenant, purpose, channel),
    });
    const told = answer === 'allowed' && header !== undefined ? startingWith(header, answers) : answers;
    const kind = { verdicts: 'application/x-ndjson', bits: 'text/plain; charset=us-ascii', allowed: sent };
    return new StreamableFile(Readable.from(told, { objectMode: false }), { type: kind[answer] });
  }
}

function questionOf(query: Record<string, unknown>): Asked {
  const text = (name: string): string | undefined => {
    const value = query[name];
    if (value !== undefined && typeof value !== 'string') throw invalid(`/${name}`, 'may be given once');
    return value;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], value: string | undefined): T => {
    if (!(allowed as readonly (string | undefined)[]).includes(value))
      throw invalid(`/${name}`, `must be one of ${allowed.join(', ')}`);
    return value as T;
  };
  if (!Object.keys(query).every((name) => KNOWN.includes(name))) {
    throw invalid('/query', `may hold ${KNOWN.join(', ')}`);
  }
  const purpose = text('purpose') ?? '';
  if (purpose === '' || purpose.length > 100) throw invalid('/purpose', 'must have 1 to 100 characters');
  return {
    purpose,
    channel: oneOf('channel', CHANNELS, text('channel')),
    answer: oneOf('answer', ANSWER_FORMS, text('answer') ?? 'verdicts'),
    explain: oneOf('explain', ['true', 'false'], text('explain') ?? 'false') === 'true',
  };
}

/** The first line of CSV is the header, which must name a column; refused before anything is answered. */
async function csv(
  pieces: AsyncGenerator<Piece>,
  channel: Channel,
): Promise<{ read: ReadLine; header: Buffer; first: Piece | undefined }> {
  const piece = await pieces.next();
  const { bytes, isTooLong } = piece.done === true ? NO_PIECE : piece.value;
  const end = bytes.indexOf('\n') + 1 || bytes.length;
  const read = isTooLong ? undefined : csvLine(withoutMark(lineAt(bytes, 0)), channel);
  if (read === undefined) {
    void readAway(pieces);
    throw invalid('', 'The first line must be a header with a column email, phone or externalId');
  }
  const rest = bytes.subarray(end);
  const first = rest.length > 0 ? { bytes: rest, isTooLong: false } : undefined;
  return { read, header: bytes.subarray(0, end), first };
}

const NO_PIECE: Piece = { bytes: Buffer.alloc(0), isTooLong: false };

/** What is not answered is read nevertheless: on a connection that is kept, it stands before the next request. */
async function readAway(pieces: AsyncGenerator<Piece>): Promise<void> {
  try {
    while ((await pieces.next()).done !== true);
  } catch {
    return; // the client has hung up: there is nobody left to tell
  }
}

async function* startingWith<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
