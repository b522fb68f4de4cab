import {
  Body,
  Controller,
  Get,
  HttpCode,
  Logger,
  Param,
  Post,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { Clock } from '@assent/kernel';
import { By, iso, known, Needs, ProblemError, PROBLEMS, Written, type Caller } from '@assent/http';
import { Directory, Subjects, type ResolvedSubject } from '@assent/ports';
import { checked } from './checked.dto.js';
import { inOrder, linesOf, type Line } from './lines.js';
import { RegistrationDesk } from './registration-desk.service.js';
import { isHeld } from './subject.js';
import { FindSubjectDto, RegisterDto, SubjectView } from './subjects.dto.js';

/** Lines of a batch that are in work at once: their commits are grouped. */
const WIDTH = 32;

@ApiTags('subjects')
@Controller('v1/subjects')
@Needs('subjects')
export class SubjectsController {
  private readonly logger = new Logger('subjects');

  constructor(
    private readonly desk: RegistrationDesk,
    private readonly subjects: Subjects,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Register a person, or add addresses to one who is known. NDJSON: any number, line by line',
  })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({ type: RegisterDto })
  @ApiCreatedResponse({ type: Written })
  @ApiOkResponse({ type: Written, description: 'The person was known.' })
  async register(
    @By() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Written | StreamableFile> {
    if (/^application\/x-ndjson\b/i.test(request.headers['content-type'] ?? '')) {
      reply.status(200);
      const source = (request.body ?? request.raw) as AsyncIterable<Uint8Array>;
      const answers = inOrder(linesOf(source), WIDTH, (line) => this.registerLine(caller, line));
      return new StreamableFile(Readable.from(answers), { type: 'application/x-ndjson' });
    }
    const { status, body } = await this.desk.register(caller, checked(RegisterDto, request.body));
    reply.status(status);
    return body;
  }

  @Get(':id')
  @ApiOperation({ summary: 'The person, with the addresses in clear' })
  @ApiOkResponse({ type: SubjectView })
  show(@By() { tenant }: Caller, @Param('id') id: string): Promise<SubjectView> {
    return this.view(tenant, () => this.subjects.resolve(tenant, { id }));
  }

  @Post('find')
  @HttpCode(200)
  @ApiOperation({ summary: 'The person whom a reference means' })
  @ApiOkResponse({ type: SubjectView })
  find(@By() { tenant }: Caller, @Body() { subject }: FindSubjectDto): Promise<SubjectView> {
    return this.view(tenant, () => known(this.subjects, tenant, subject));
  }

  /** A bad line is answered as such and never stops the batch. */
  private async registerLine(caller: Caller, { number: line, text }: Line): Promise<string> {
    const commandId = caller.commandId === null ? null : `${caller.commandId} ${line}`;
    const answer = await this.registerText({ ...caller, commandId }, text).catch((error: unknown) =>
      this.fault(error),
    );
    return `${JSON.stringify({ line, ...answer })}\n`;
  }

  private async registerText(caller: Caller, text: string | undefined): Promise<object> {
    if (text === undefined) throw new ProblemError('body-too-large', 'A line may hold 1 MiB at most.');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ProblemError('malformed-json', 'The line is not JSON.');
    }
    const { status, body } = await this.desk.register(caller, checked(RegisterDto, value));
    return { status, ...body };
  }

  private fault(error: unknown): { status: number; code: string; detail: string } {
    if (error instanceof ProblemError) {
      return { status: PROBLEMS[error.code].status, code: error.code, detail: error.detail };
    }
    this.logger.error(error);
    return { status: 500, code: 'internal-error', detail: 'Something failed here. Send this line again.' };
  }

  private async view(tenant: string, find: () => ReturnType<Subjects['resolve']>): Promise<SubjectView> {
    const who = await find();
    if ('malformed' in who || who.subjectId === null || who.state === null || who.state.erasedAt !== null) {
      throw new ProblemError('subject-unknown', 'Nobody is registered under this reference.');
    }
    const { state, subjectId, version } = who;
    const profile = await this.directory.profile(tenant, subjectId);
    const held = await this.clearAddresses(tenant, state);
    return {
      subjectId,
      addresses: held.filter(({ kind }) => kind !== 'externalId'),
      externalId: held.filter(({ kind }) => kind === 'externalId').at(-1)?.value ?? null,
      context: state.context,
      relationship: state.relationship,
      locale: profile?.locale ?? null,
      collectedAt: iso(state.collectedAt) as string,
      source: state.source,
      notice: state.notice,
      informedAt: iso(state.informedAt),
      restrictedSince: iso(state.restrictedSince),
      revision: version,
    };
  }

  private clearAddresses(tenant: string, { addresses }: NonNullable<ResolvedSubject['state']>) {
    const now = this.clock.now();
    return Promise.all(
      addresses.filter(isHeld).map(async ({ kind, key, addedAt }) => ({
        kind,
        value: (await this.directory.address(tenant, key, now))?.value ?? null,
        addedAt: iso(addedAt) as string,
      })),
    );
  }
}
