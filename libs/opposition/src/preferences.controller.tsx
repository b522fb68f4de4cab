import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import { ALL } from '@assent/contract';
import { LinkUnknownPage } from './document.page.js';
import { Links } from './links.service.js';
import { OppositionList } from './opposition-list.service.js';
import { wantsPage } from './page-texts.js';
import { PreferencesPage, type PreferencesView } from './preferences.page.js';
import { PublicPages, type Visit } from './public-pages.service.js';
import { clickOf, empty, send } from './unsubscribe.controller.js';

/** All messages of one tenant to one address. Whoever opens the link can stop them, and read nothing about the person. */
@ApiTags('people')
@Controller('p')
export class PreferencesController {
  constructor(
    private readonly pages: PublicPages,
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
    if (visit === undefined) return this.unknown(request, reply);
    send(reply, 200, <PreferencesPage view={await this.told(visit, token)} />);
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
    if (visit === undefined) return this.unknown(request, reply);
    const { link, setting, who } = visit;
    const { purposes } = await this.pages.picture(visit);
    const offered = purposes.find(({ id }) => id === stop);
    if (stop !== ALL && offered === undefined) {
      return send(reply, 200, <PreferencesPage view={await this.told(visit, token)} />);
    }
    const scope = { purpose: offered?.id ?? ALL, channel: ALL };
    const act = { scope, at: this.clock.now(), source: 'form', evidence: clickOf(request) } as const;
    await this.list.object(link.tenant, who, act, { actor: 'person' });
    if (!wantsPage(request.headers.accept)) return empty(reply, 200);
    const done = offered
      ? setting.say('preferences.done', { purpose: offered.name })
      : setting.say('preferences.all.done');
    send(reply, 200, <PreferencesPage view={await this.told(visit, token)} done={done} />);
  }

  private visit(token: string, request: FastifyRequest): Promise<Visit | undefined> {
    return this.pages.visit('preferences', token, request.headers['accept-language']);
  }

  private async told(visit: Visit, token: string): Promise<PreferencesView> {
    return {
      setting: visit.setting,
      here: this.links.path('p', token),
      ...(await this.pages.picture(visit)),
    };
  }

  private unknown(request: FastifyRequest, reply: FastifyReply): void {
    if (!wantsPage(request.headers.accept)) return empty(reply, 404);
    send(reply, 404, <LinkUnknownPage setting={this.pages.nowhere(request.headers['accept-language'])} />);
  }
}
