import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import { ALL } from '@assent/contract';
import {
  actOf,
  Links,
  Pages,
  sendPage,
  sendStatus,
  wantsPage,
  type FrameKey,
  type Visit,
} from '@assent/pages';
import { undoable } from './opposition.js';
import { OppositionList } from './opposition-list.service.js';
import { PAGE_TEXTS, type TextKey } from './page-texts.js';
import { UndonePage, UnsubscribedPage, UnsubscribePage, type LinkView } from './unsubscribe.page.js';

/** RFC 8058: the address alone says who and what; no login, no cookie, no redirect, and the body is not looked at. */
@ApiTags('people')
@Controller('u')
export class UnsubscribeController {
  constructor(
    private readonly pages: Pages,
    private readonly list: OppositionList,
    private readonly links: Links,
    private readonly clock: Clock,
  ) {}

  /** GET changes nothing: mail scanners fetch every link (RFC 8058 §3.1 asks for POST). */
  @Get(':token')
  @ApiOperation({ summary: 'Page with one button; changes nothing' })
  async show(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    sendPage(reply, 200, <UnsubscribePage link={await this.told(visit, token)} />);
  }

  @Post(':token')
  @ApiOperation({
    summary: 'One-click unsubscribe: any body, 200; again, 200. A browser gets a page with an undo button',
  })
  async stop(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    const scope = scopeOf(visit);
    const act = { scope, at: this.clock.now(), source: 'click', evidence: actOf(request) } as const;
    await this.list.object(visit.link.tenant, visit.who, act, { actor: 'person' });
    if (!wantsPage(request)) return sendStatus(reply, 200);
    const [state] = await this.list.states(visit.link.tenant, [visit.link.addressKey]);
    const undo = state !== undefined && undoable(state, scope, this.clock.now()) !== undefined;
    sendPage(reply, 200, <UnsubscribedPage link={await this.told(visit, token)} undo={undo} />);
  }

  /**
   * A mailbox provider tells that the person called this mail spam (RFC 5965): stops every marketing message on its channel.
   * Whoever holds the link could stop each of them anyway.
   */
  @Post(':token/complaint')
  @ApiOperation({ summary: 'A complaint about the mail of this link: any body, 200; again, 200' })
  async complain(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    const { tenant, channel } = visit.link;
    const evidence = { ...actOf(request), method: 'integration' };
    const act = {
      scope: { purpose: ALL, channel },
      at: this.clock.now(),
      source: 'complaint',
      evidence,
    } as const;
    await this.list.object(tenant, visit.who, act, { actor: 'person' });
    sendStatus(reply, 200);
  }

  @Post(':token/undo')
  @ApiOperation({ summary: 'Takes the click back within 15 minutes; later 410' })
  async undo(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.pages.unknownLink(request, reply);
    const { tenant } = visit.link;
    const { refused } = await this.list.undo(tenant, visit.who, scopeOf(visit), { actor: 'person' });
    const status = refused === undefined ? 200 : 410;
    if (!wantsPage(request)) return sendStatus(reply, status);
    const since = await this.list.standsSince(tenant, visit.who.keys, scopeOf(visit));
    const outcome = refused !== undefined ? 'over' : since !== undefined ? 'stopped' : 'open';
    sendPage(reply, status, <UndonePage link={await this.told(visit, token)} outcome={outcome} />);
  }

  private visit(token: string, request: FastifyRequest) {
    return this.pages.visit(PAGE_TEXTS, 'unsubscribe', token, request);
  }

  private async told(visit: Visit<FrameKey | TextKey>, token: string): Promise<LinkView> {
    const { setting, purpose, link } = visit;
    return {
      setting,
      purpose,
      address: await this.pages.masked(visit),
      here: this.links.path('u', token),
      preferences: this.links.preferencesPath(link),
    };
  }
}

const scopeOf = ({ link: { purpose, channel } }: Visit<never>) => ({ purpose, channel });
