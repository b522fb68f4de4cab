import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
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
import { AgainPage, ConfirmedPage, ConfirmPage, ExpiredPage, type ConfirmView } from './confirmation.page.js';
import { Fetches, type Client } from './fetches.service.js';
import { SignUps } from './sign-ups.service.js';
import { Subscriptions, type Asked } from './subscriptions.service.js';
import { NEWSLETTER_TEXTS, type NewsletterKey } from './texts.js';

interface Opened {
  readonly visit: Visit<NewsletterKey | FrameKey>;
  readonly view: ConfirmView;
  /** Undefined: the person was forgotten since. */
  readonly asked: Asked | undefined;
}

/** The second step of a sign-up: one page with one button. The address alone says who and what. */
@ApiTags('people')
@Controller('c')
export class ConfirmationController {
  constructor(
    private readonly pages: Pages,
    private readonly links: Links,
    private readonly subscriptions: Subscriptions,
    private readonly signUps: SignUps,
    private readonly fetches: Fetches,
    private readonly clock: Clock,
  ) {}

  /** GET confirms nothing: mail scanners fetch every link. That it was fetched is evidence. */
  @Get(':token')
  @ApiOperation({ summary: 'Page with one button; changes nothing' })
  async show(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.open(token, request);
    if (opened === undefined) return this.pages.unknownLink(request, reply);
    const { visit, view, asked } = opened;
    if (asked !== undefined) await this.fetches.note(visit.link.tenant, asked.request.id, clientOf(request));
    switch (asked?.state) {
      case 'waiting':
        return sendPage(reply, 200, <ConfirmPage view={view} />);
      case 'confirmed':
        return sendPage(reply, 200, <ConfirmedPage view={view} />);
      default:
        return sendPage(reply, 410, <ExpiredPage view={view} again={asked !== undefined} />);
    }
  }

  @Post(':token')
  @ApiOperation({
    summary: 'Confirms the subscription: 200; again, 200; after its end 410 with a way to a new one',
  })
  async confirm(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.open(token, request);
    if (opened === undefined) return this.pages.unknownLink(request, reply);
    const { view, asked } = opened;
    const done = asked !== undefined && (await this.confirmed(opened.visit.link.tenant, asked, request));
    if (!wantsPage(request)) return sendStatus(reply, done ? 200 : 410);
    if (done) return sendPage(reply, 200, <ConfirmedPage view={view} />);
    sendPage(reply, 410, <ExpiredPage view={view} again={asked !== undefined} />);
  }

  /** The same page whether a mail goes out or went out lately. */
  @Post(':token/again')
  @ApiOperation({ summary: 'Asks for a new confirmation mail to the same address' })
  async again(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.open(token, request);
    if (opened === undefined) return this.pages.unknownLink(request, reply);
    const { visit, view, asked } = opened;
    if (asked !== undefined) await this.askAgain(visit.link.tenant, asked, request);
    if (!wantsPage(request)) return sendStatus(reply, 200);
    sendPage(reply, 200, <AgainPage view={view} />);
  }

  private noticeOf(tenant: string, { request }: Asked, language: string): string {
    return this.signUps.noticeText(tenant, request.notice, language, request.at);
  }

  private async confirmed(tenant: string, asked: Asked, request: FastifyRequest): Promise<boolean> {
    const { verdict, fetches } = await this.fetches.judge(tenant, asked.request.id, clientOf(request));
    const evidence = { ...actOf(request), verdict, fetches: JSON.stringify(fetches) };
    const outcome = await this.subscriptions.confirm(
      tenant,
      asked,
      { evidence, verdict },
      { actor: 'person' },
    );
    return outcome !== 'expired';
  }

  private async askAgain(tenant: string, { subjectId, request }: Asked, http: FastifyRequest): Promise<void> {
    const at = this.clock.now();
    const { purpose, addressKey } = request;
    const notice = this.signUps.noticeFor(tenant, purpose, at);
    if (notice === undefined || !this.signUps.isList(tenant, purpose, at)) return;
    const { id, version, digest } = notice;
    await this.subscriptions.request(
      tenant,
      { subjectId, addressKey, purpose, notice: { id, version, digest }, evidence: actOf(http), at },
      { actor: 'person', causedBy: request.id },
    );
  }

  private async open(token: string, request: FastifyRequest): Promise<Opened | undefined> {
    const visit = await this.pages.visit(NEWSLETTER_TEXTS, 'confirm', token, request);
    if (visit === undefined) return undefined;
    const { link, setting, purpose } = visit;
    const { campaign: requestId = '', ...address } = link;
    const asked = await this.subscriptions.asked(link.tenant, link.addressKey, requestId);
    const view: ConfirmView = {
      setting,
      purpose,
      notice: asked === undefined ? '' : this.noticeOf(link.tenant, asked, setting.language),
      here: this.links.path('c', token),
      preferences: this.links.preferencesPath(address),
      form: this.links.path('s', link.tenant, link.purpose),
    };
    return { visit, view, asked };
  }
}

const clientOf = ({ method, ip, headers }: FastifyRequest): Client => ({
  method,
  ip,
  userAgent: headers['user-agent'] ?? null,
});
