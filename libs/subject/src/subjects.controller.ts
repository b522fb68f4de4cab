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
import { Clock } from '@assent/kernel';
import {
  answerLines,
  By,
  checked,
  iso,
  isNdjson,
  known,
  Needs,
  ProblemError,
  Written,
  type Caller,
} from '@assent/http';
import { Directory, Subjects, type ResolvedSubject } from '@assent/ports';
import { RegistrationDesk } from './registration-desk.service.js';
import { isHeld } from './subject.js';
import { FindSubjectDto, RegisterDto, SubjectView } from './subjects.dto.js';

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
    if (isNdjson(request.headers['content-type'])) {
      reply.status(200);
      const source = (request.body ?? request.raw) as AsyncIterable<Uint8Array>;
      const answers = answerLines(
        source,
        RegisterDto,
        (body, line) => this.registerLine(caller, body, line),
        (error) => this.logger.error(error),
      );
      return new StreamableFile(answers, { type: 'application/x-ndjson' });
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

  /** The same rules as for one body; each line is a request of its own. */
  private async registerLine(caller: Caller, dto: RegisterDto, line: number) {
    const commandId = caller.commandId === null ? null : `${caller.commandId} ${line}`;
    const { status, body } = await this.desk.register({ ...caller, commandId }, dto);
    return { status, ...body };
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
