import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import { renderPage } from '@assent/http';
import { LinkUnknownPage } from './document.page.js';
import { Links } from './links.service.js';
import { undoable } from './opposition.js';
import { OppositionList } from './opposition-list.service.js';
import { PAGE_HEADERS } from './page-style.js';
import { wantsPage } from './page-texts.js';
import { PublicPages, type Visit } from './public-pages.service.js';
import { UndonePage, UnsubscribedPage, UnsubscribePage, type LinkView } from './unsubscribe.page.js';

/** RFC 8058: the address alone says who and what; no login, no cookie, no redirect, and the body is not looked at. */
@ApiTags('people')
@Controller('u')
export class UnsubscribeController {
  constructor(
    private readonly pages: PublicPages,
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
    if (visit === undefined) return this.unknown(request, reply);
    send(reply, 200, <UnsubscribePage link={this.told(visit, token)} />);
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
    if (visit === undefined) return this.unknown(request, reply);
    const scope = scopeOf(visit);
    const act = { scope, at: this.clock.now(), source: 'click', evidence: clickOf(request) } as const;
    await this.list.object(visit.link.tenant, visit.who, act, { actor: 'person' });
    if (!wantsPage(request.headers.accept)) return empty(reply, 200);
    const [state] = await this.list.states(visit.link.tenant, [visit.link.addressKey]);
    const undo = state !== undefined && undoable(state, scope, this.clock.now()) !== undefined;
    send(reply, 200, <UnsubscribedPage link={this.told(visit, token)} undo={undo} />);
  }

  @Post(':token/undo')
  @ApiOperation({ summary: 'Takes the click back within 15 minutes; later 410' })
  async undo(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visit = await this.visit(token, request);
    if (visit === undefined) return this.unknown(request, reply);
    const { tenant } = visit.link;
    const { refused } = await this.list.undo(tenant, visit.who, scopeOf(visit), { actor: 'person' });
    const status = refused === undefined ? 200 : 410;
    if (!wantsPage(request.headers.accept)) return empty(reply, status);
    const stopped = await this.list.stands(tenant, visit.who.keys, scopeOf(visit));
    const outcome = refused !== undefined ? 'over' : stopped ? 'stopped' : 'open';
    send(reply, status, <UndonePage link={this.told(visit, token)} outcome={outcome} />);
  }

  private visit(token: string, request: FastifyRequest): Promise<Visit | undefined> {
    return this.pages.visit('unsubscribe', token, request.headers['accept-language']);
  }

  private told({ setting, purpose, link }: Visit, token: string): LinkView {
    return {
      setting,
      purpose,
      here: this.links.path('u', token),
      preferences: this.links.preferencesPath(link),
    };
  }

  private unknown(request: FastifyRequest, reply: FastifyReply): void {
    if (!wantsPage(request.headers.accept)) return empty(reply, 404);
    send(reply, 404, <LinkUnknownPage setting={this.pages.nowhere(request.headers['accept-language'])} />);
  }
}

const scopeOf = ({ link: { purpose, channel } }: Visit) => ({ purpose, channel });

/** What proves the click; sealed in the directory. */
export const clickOf = ({ ip, headers }: FastifyRequest) => ({
  method: 'form',
  ip,
  userAgent: headers['user-agent']?.slice(0, 1000) ?? null,
});

export const send = (reply: FastifyReply, status: number, page: Parameters<typeof renderPage>[0]): void =>
  void reply.status(status).headers(PAGE_HEADERS).send(renderPage(page));

export const empty = (reply: FastifyReply, status: number): void =>
  void reply.status(status).header('cache-control', 'no-store').send();
