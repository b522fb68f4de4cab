import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import { ProblemError, RateLimit } from '@assent/http';
import { actOf, Links, Pages, sendPage } from '@assent/pages';
import { Policies, type Notice } from '@assent/policy';
import { Subjects } from '@assent/ports';
import { SentPage, SignUpPage, type SignUpView } from './sign-up.page.js';
import { SignUps } from './sign-ups.service.js';
import { Subscriptions } from './subscriptions.service.js';
import { NEWSLETTER_TEXTS } from './texts.js';

/** What a form sends; anything else in it is not looked at. */
type Form = Readonly<Record<string, unknown>> | undefined;

/** Sign-ups by one client, and by all: beyond it the answer is the same and nothing is recorded. */
const PER_CLIENT = { perSecond: 1, burst: 100 };
const ALL_CLIENTS = { perSecond: 50, burst: 2_000 };

/** The public form of one list. Complete without script. Its answer says nothing about the address. */
@ApiTags('people')
@Controller('s')
export class SignUpController {
  private readonly clients: RateLimit;
  private readonly everyone: RateLimit;

  constructor(
    private readonly pages: Pages,
    private readonly links: Links,
    private readonly subscriptions: Subscriptions,
    private readonly signUps: SignUps,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {
    this.clients = new RateLimit(clock, PER_CLIENT.perSecond, PER_CLIENT.burst);
    this.everyone = new RateLimit(clock, ALL_CLIENTS.perSecond, ALL_CLIENTS.burst);
  }

  @Get(':tenant/:purpose')
  @ApiOperation({ summary: 'Public form of a list' })
  async show(
    @Param('tenant') tenant: string,
    @Param('purpose') purpose: string,
    @Query('locale') locale: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const notice = this.noticeOf(tenant, purpose);
    if (notice === undefined) return this.pages.unknownLink(request, reply);
    sendPage(reply, 200, <SignUpPage view={await this.view(tenant, purpose, notice, request, locale)} />);
  }

  /** The same page for a known, an unknown, an opposed and a throttled address, and for programs. */
  @Post(':tenant/:purpose')
  @ApiOperation({ summary: 'Sends the confirmation mail; the same page whatever is known of the address' })
  async signUp(
    @Param('tenant') tenant: string,
    @Param('purpose') purpose: string,
    @Body() form: Form,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const notice = this.noticeOf(tenant, purpose);
    if (notice === undefined) return this.pages.unknownLink(request, reply);
    const email = textOf(form?.['email']).trim();
    const locale = localeOf(textOf(form?.['locale']));
    const view = await this.view(tenant, purpose, notice, request, locale);
    const who = email === '' ? { malformed: 'email' } : await this.subjects.resolve(tenant, { email });
    if ('malformed' in who) {
      return sendPage(reply, 422, <SignUpPage view={view} wrong={email.slice(0, LONGEST_SHOWN)} />);
    }
    const isTrapped = textOf(form?.['website']) !== '';
    if (!isTrapped && this.isWithinLimits(request.ip)) {
      const at = this.clock.now();
      const by = { actor: 'person' };
      const addressee = await this.signUps.addressee(tenant, who, {
        at,
        ...by,
        locale: view.setting.language,
      });
      const { id, version, digest } = notice;
      const evidence = { ...actOf(request), formUrl: view.here };
      const wanted = { ...addressee, purpose, notice: { id, version, digest }, evidence, at };
      await this.subscriptions.request(tenant, wanted, by);
    }
    sendPage(reply, 200, <SentPage view={view} />);
  }

  /** The notice that the form shows; `undefined` where there is nothing to sign up for. */
  private noticeOf(tenant: string, purpose: string): Notice | undefined {
    const now = this.clock.now();
    if (!this.policies.has(tenant) || !PURPOSE.test(purpose) || !this.signUps.isList(tenant, purpose, now))
      return undefined;
    return this.signUps.noticeFor(tenant, purpose, now);
  }

  private async view(
    tenant: string,
    purpose: string,
    notice: Notice,
    request: FastifyRequest,
    locale: string | undefined,
  ): Promise<SignUpView> {
    const setting = await this.pages.setting(NEWSLETTER_TEXTS, tenant, request, { subjectId: null, locale });
    const here = this.links.path('s', tenant, purpose);
    const other = setting.language === 'fr' ? 'en' : 'fr';
    return {
      setting,
      purpose: this.pages.nameOf(tenant, purpose, setting.language),
      notice: this.signUps.noticeText(tenant, notice, setting.language, this.clock.now()),
      here,
      other: { href: `${here}?locale=${other}`, language: other },
    };
  }

  private isWithinLimits(ip: string): boolean {
    try {
      this.everyone.take('all');
      this.clients.take(ip);
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'rate-limited') return false;
      throw error;
    }
  }
}

const PURPOSE = /^[a-z][a-zA-Z0-9-]*(?:\.[a-z0-9][a-zA-Z0-9-]*)*$/;
const LONGEST_SHOWN = 320;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const localeOf = (text: string): string | undefined =>
  /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(text) && text.length <= 35 ? text : undefined;
