import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ALL } from '@assent/contract';
import { actOf, Links, Pages, sendPage, sendStatus, wantsPage } from '@assent/pages';
import { CentrePage, type Outcome } from './centre.page.js';
import { Centres, type Centre, type CentreVisit } from './centre.service.js';
import { CENTRE_TEXTS } from './centre-texts.js';

/** What a form of the page asks for: exactly one of them. */
interface Asked {
  readonly stop?: unknown;
  readonly undo?: unknown;
  readonly ask?: unknown;
}

/**
 * The preference centre: everything that one tenant may send to one person. By the link alone messages can be stopped,
 * and a stop taken back for a quarter of an hour; to receive something again, the person confirms from their own mailbox.
 */
@ApiTags('people')
@Controller('p')
export class CentreController {
  constructor(
    private readonly pages: Pages,
    private readonly centres: Centres,
    private readonly links: Links,
  ) {}

  @Get(':token')
  @ApiOperation({ summary: 'Page of all messages, with a button to stop each; changes nothing' })
  async show(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    await this.answer(visit, token, reply, 200);
  }

  /** What the page does not offer changes nothing, and the page says so. */
  @Post(':token')
  @ApiOperation({
    summary: 'Stops one purpose or everything, takes a stop back, or asks for a confirmation mail',
  })
  @ApiQuery({ name: 'stop', required: false, description: 'A purpose, or `*` for all advertising' })
  @ApiQuery({
    name: 'undo',
    required: false,
    description: 'The same, within 15 minutes of the click; later 410',
  })
  @ApiQuery({
    name: 'ask',
    required: false,
    description: 'A purpose: sends a confirmation mail to the person',
  })
  async act(
    @Param('token') token: string,
    @Query() asked: Asked,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    const outcome = await this.outcome(visit, asked, request);
    const status = outcome.did === 'over' ? 410 : 200;
    if (!wantsPage(request)) return sendStatus(reply, status);
    await this.answer(visit, token, reply, status, outcome);
  }

  private async outcome(visit: CentreVisit, asked: Asked, request: FastifyRequest): Promise<Outcome> {
    const centre = await this.centres.of(visit);
    const { stop, undo, ask } = asked;
    if (isOffered(centre, stop) && undo === undefined && ask === undefined) {
      await this.centres.stop(visit, stop, actOf(request));
      return { did: 'stopped', purpose: named(stop) };
    }
    if (isOffered(centre, undo) && stop === undefined && ask === undefined) {
      const purpose = named(undo);
      if (!(await this.centres.undo(visit, undo))) return { did: 'over', purpose };
      return { did: isStopped(await this.centres.of(visit), purpose) ? 'still' : 'undone', purpose };
    }
    const wanted = centre.purposes.find(({ purpose, askable }) => askable && purpose === ask);
    if (wanted !== undefined && stop === undefined && undo === undefined) {
      await this.centres.ask(visit, wanted.purpose, actOf(request));
      return { did: 'asked', purpose: wanted.purpose };
    }
    return { did: 'nothing', purpose: null };
  }

  private visit(token: string, request: FastifyRequest): Promise<CentreVisit | undefined> {
    return this.pages.visit(CENTRE_TEXTS, 'preferences', token, request);
  }

  private async answer(
    visit: CentreVisit,
    token: string,
    reply: FastifyReply,
    status: number,
    outcome?: Outcome,
  ): Promise<void> {
    const centre = await this.centres.of(visit);
    const here = this.links.path('p', token);
    sendPage(
      reply,
      status,
      <CentrePage setting={visit.setting} centre={centre} here={here} outcome={outcome} />,
    );
  }
}

const isOffered = ({ purposes }: Centre, value: unknown): value is string =>
  value === ALL || purposes.some(({ purpose }) => purpose === value);

const named = (purpose: string): string | null => (purpose === ALL ? null : purpose);

const isStopped = ({ purposes, allStoppedSince }: Centre, of: string | null): boolean =>
  of === null
    ? allStoppedSince !== null
    : purposes.some(({ purpose, stoppable }) => purpose === of && !stoppable);
