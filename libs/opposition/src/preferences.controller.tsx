import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import { ALL } from '@assent/contract';
import { actOf, Links, Pages, sendPage, sendStatus, wantsPage } from '@assent/pages';
import { OppositionList } from './opposition-list.service.js';
import { PAGE_TEXTS } from './page-texts.js';
import { PreferencesPage, type PreferencesView } from './preferences.page.js';
import { Picture, type PageVisit } from './picture.service.js';

/** All messages of one tenant to one address. Whoever opens the link can stop them, and read nothing about the person. */
@ApiTags('people')
@Controller('p')
export class PreferencesController {
  constructor(
    private readonly pages: Pages,
    private readonly picture: Picture,
    private readonly list: OppositionList,
    private readonly links: Links,
    private readonly clock: Clock,
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
    sendPage(reply, 200, <PreferencesPage view={await this.told(visit, token)} />);
  }

  /** Without a purpose that the page offers, nothing is stopped and the page is shown again. */
  @Post(':token')
  @ApiOperation({ summary: 'Stops one purpose (`?stop=<purpose>`) or all advertising (`?stop=*`)' })
  async stop(
    @Param('token') token: string,
    @Query('stop') stop: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    const { link, setting, who } = visit;
    const { purposes } = await this.picture.of(visit);
    const offered = purposes.find(({ id }) => id === stop);
    if (stop !== ALL && offered === undefined) {
      return sendPage(reply, 200, <PreferencesPage view={await this.told(visit, token)} />);
    }
    const scope = { purpose: offered?.id ?? ALL, channel: ALL };
    const act = { scope, at: this.clock.now(), source: 'form', evidence: actOf(request) } as const;
    await this.list.object(link.tenant, who, act, { actor: 'person' });
    if (!wantsPage(request)) return sendStatus(reply, 200);
    const done = offered
      ? setting.say('preferences.done', { purpose: offered.name })
      : setting.say('preferences.all.done');
    sendPage(reply, 200, <PreferencesPage view={await this.told(visit, token)} done={done} />);
  }

  private visit(token: string, request: FastifyRequest): Promise<PageVisit | undefined> {
    return this.pages.visit(PAGE_TEXTS, 'preferences', token, request);
  }

  private async told(visit: PageVisit, token: string): Promise<PreferencesView> {
    return {
      setting: visit.setting,
      here: this.links.path('p', token),
      ...(await this.picture.of(visit)),
    };
  }
}
