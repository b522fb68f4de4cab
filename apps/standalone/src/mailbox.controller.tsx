import {
  Controller,
  Get,
  Module,
  NotFoundException,
  Param,
  Res,
  UseGuards,
  type DynamicModule,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { renderPage } from '@assent/http';
import { PAGE_HEADERS, Pages, PagesModule, type FrameKey, type Setting } from '@assent/pages';
import { Mailbox, type KeptMail } from '@assent/ports';
import type { FastifyReply } from 'fastify';
import { ForgetKeptMails } from './forget-kept-mails.reaction.js';
import { MailboxPage, MailPage } from './mailbox.page.js';
import { ThisMachineGuard } from './this-machine.guard.js';

/** Mails on one page. */
const LISTED = 100;

const CSP =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail is foreign content: its own styles, and nothing else. Its links open in the window, when clicked. */
const MAIL_CSP =
  "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'";

/** Beside the style of all pages. */
const STYLE = `
.links{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}
.links li{border:0;padding:.35rem 0}
pre{margin:0 0 1rem;font-size:.875rem;white-space:pre-wrap;overflow-wrap:anywhere}
iframe{width:100%;height:45rem;border:1px solid var(--hair);border-radius:.5rem}
`;

/**
 * Mails that would have been sent, shown in clear to this machine alone. Addresses are in the pages and never in a URL.
 * Mounted only where no mail server is set.
 */
@ApiExcludeController()
@UseGuards(ThisMachineGuard)
@Controller('mailbox')
export class MailboxController {
  constructor(
    private readonly mailbox: Mailbox,
    private readonly pages: Pages,
  ) {}

  @Get()
  async list(@Res() reply: FastifyReply): Promise<void> {
    const mails = await this.mailbox.list(LISTED);
    send(reply, renderPage(<MailboxPage setting={this.setting()} mails={mails} />));
  }

  @Get('mailbox.css')
  style(@Res() reply: FastifyReply): void {
    void reply.headers({ ...PAGE_HEADERS, 'content-type': 'text/css; charset=utf-8' }).send(STYLE);
  }

  /** `<id>` is the page of the mail, `<id>.eml` the message itself. */
  @Get(':file')
  async show(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const id = file.replace(/\.eml$/, '');
    const mail = await this.mail(id);
    if (id === file) return send(reply, renderPage(<MailPage setting={this.setting()} mail={mail} />));
    void reply
      .headers({ ...PAGE_HEADERS, 'content-type': 'message/rfc822', 'content-security-policy': 'sandbox' })
      .header('content-disposition', `attachment; filename="${id}.eml"`)
      .send(mail.raw);
  }

  @Get(':id/html')
  async html(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { html } = await this.mail(id);
    const shown = html.replace(/<head\b[^>]*>/i, '$&<base target="_top">');
    void reply
      .headers({ ...PAGE_HEADERS, 'content-security-policy': MAIL_CSP, 'x-frame-options': 'SAMEORIGIN' })
      .send(shown);
  }

  private async mail(id: string): Promise<KeptMail> {
    const mail = await this.mailbox.read(id);
    if (mail === undefined) throw new NotFoundException();
    return mail;
  }

  /** Operators' pages are in English; their style is asked for where the page itself is, whatever the public address. */
  private setting(): Setting<FrameKey> {
    const setting = this.pages.nowhere({ headers: { 'accept-language': 'en' } });
    return { ...setting, brand: 'Assent', styles: ['/assets/assent.css', '/mailbox/mailbox.css'] };
  }
}

const send = (reply: FastifyReply, page: string): void =>
  void reply.headers({ ...PAGE_HEADERS, 'content-security-policy': CSP }).send(page);

@Module({})
export class MailboxModule {
  /** None: mails go to a server, and there is nothing to see. */
  static with(mailbox: Mailbox | undefined): DynamicModule[] {
    if (mailbox === undefined) return [];
    return [
      {
        module: MailboxModule,
        imports: [PagesModule],
        controllers: [MailboxController, ForgetKeptMails],
        providers: [{ provide: Mailbox, useValue: mailbox }],
      },
    ];
  }
}
