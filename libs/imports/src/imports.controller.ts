import { Readable } from 'node:stream';
import { Controller, HttpCode, Logger, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { normaliseAddress } from '@assent/contract';
import { answerLines, By, inOrder, invalid, isNdjson, Needs, ProblemError, type Caller } from '@assent/http';
import { ContactCame, ContactDto, UndoneView } from './contacts.dto.js';
import { ImportDesk } from './import-desk.service.js';
import { ImportJournal } from './import-journal.service.js';
import { LinesOfOne } from './lines-of-one.js';
import { Seen } from './seen.js';
import { UndoDesk } from './undo-desk.service.js';

const ID = /^imp_[A-Za-z0-9-]{8,80}$/;
const NDJSON = 'application/x-ndjson';
/** Lines in work at once: their commits are grouped. */
const WIDTH = 96;
const UNDO_WIDTH = 16;

/** Contacts from a file: any number, each line answered, nobody opened who was stopped, and all of it undoable. */
@ApiTags('imports')
@Controller('v1/imports')
@Needs('subjects')
export class ImportsController {
  private readonly logger = new Logger('imports');

  constructor(
    private readonly desk: ImportDesk,
    private readonly undoing: UndoDesk,
    private readonly journal: ImportJournal,
  ) {}

  @Post(':importId')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Import contacts, or say what an import would do; NDJSON line by line. The same id again goes on',
  })
  @ApiConsumes(NDJSON)
  @ApiQuery({ name: 'dryRun', required: false, enum: ['true', 'false'], description: 'Records nothing.' })
  @ApiBody({ type: ContactDto })
  @ApiOkResponse({ type: ContactCame, description: 'One line each, in order.' })
  import(
    @By() caller: Caller,
    @Param('importId') importId: string,
    @Query('dryRun') dryRun: string | undefined,
    @Req() request: FastifyRequest,
  ): StreamableFile {
    named(importId);
    const isDry = truth(dryRun);
    if (!isNdjson(request.headers['content-type']))
      throw new ProblemError('unsupported-media-type', `This route takes ${NDJSON}.`);
    const seen = new Seen();
    const lines = new LinesOfOne();
    const source = (request.body ?? request.raw) as AsyncIterable<Uint8Array>;
    const answers = answerLines(
      source,
      ContactDto,
      (contact) =>
        lines.inTurn(namesOf(contact), () =>
          isDry ? this.desk.foresee(caller, contact, seen) : this.desk.take(caller, importId, contact),
        ),
      (error) => this.logger.error(error),
      WIDTH,
    );
    return new StreamableFile(answers, { type: NDJSON });
  }

  @Post(':importId/undo')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take back what an import did, or say what that would be; a line for each person',
  })
  @ApiQuery({ name: 'dryRun', required: false, enum: ['true', 'false'], description: 'Records nothing.' })
  @ApiOkResponse({ type: UndoneView, description: 'One line each.' })
  async undo(
    @By() { tenant, actor }: Caller,
    @Param('importId') importId: string,
    @Query('dryRun') dryRun: string | undefined,
  ): Promise<StreamableFile> {
    named(importId);
    const isDry = truth(dryRun);
    const people = this.people(tenant, importId);
    const first = await people.next();
    if (first.done === true)
      throw new ProblemError('not-found', 'No import of this id has recorded anything within 90 days.');
    async function* all(): AsyncGenerator<string> {
      yield first.value as string;
      yield* people;
    }
    const work = async (id: string): Promise<string> =>
      `${JSON.stringify(await this.undone(tenant, importId, id, actor, isDry))}\n`;
    const answers = Readable.from(inOrder(all(), UNDO_WIDTH, work), { objectMode: true });
    return new StreamableFile(answers, { type: NDJSON });
  }

  /** One that fails is told and logged, and the others go on. */
  private undone(tenant: string, importId: string, subjectId: string, actor: string, isDry: boolean) {
    return this.undoing.undo(tenant, importId, subjectId, actor, isDry).catch((error: unknown) => {
      this.logger.error(error);
      return { subjectId, code: 'internal-error', detail: 'Something failed here. Undo the import again.' };
    });
  }

  private async *people(tenant: string, importId: string): AsyncGenerator<string> {
    const told = new Set<string>();
    for await (const block of this.journal.noted(tenant, importId))
      for (const subjectId of block) {
        if (told.has(subjectId)) continue;
        told.add(subjectId);
        yield subjectId;
      }
  }
}

function named(importId: string): void {
  if (!ID.test(importId)) throw invalid('/importId', 'must be imp_ and 8 to 80 letters, digits or hyphens');
}

function truth(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text !== 'true') throw invalid('/dryRun', 'must be true or false');
  return true;
}

/** The addresses that a line names, each in its one spelling. */
function namesOf({ addresses = [], externalId }: ContactDto): string[] {
  const named = [
    ...addresses.map(({ kind, value }) => normaliseAddress(kind, value)),
    normaliseAddress('externalId', externalId),
  ];
  return named.flatMap((address) => (address === undefined ? [] : [`${address.kind} ${address.value}`]));
}
