import { Logger } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Clock, parseStream } from '@assent/kernel';
import type { NewsletterFact, NewsletterState, StoredEvent } from '@assent/contract';
import { MailFailure, Mailer, Records } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { ConfirmationMails } from './confirmation-mails.service.js';
import { pendingRequest } from './in-force.js';
import { Subscriptions } from './subscriptions.service.js';

/** How long a mail is remembered as sent: longer than any link lives, so that a replay of the log mails nobody. */
const REMEMBERED_MS = 400 * 24 * 3_600_000;

/**
 * A request is followed by its mail, once. Told again (after a crash, by a replay) it mails nobody: whatever is no longer
 * waiting, or has its mail, is passed over. Nothing is noted before it is sent, so that a crash delays no mail; only one
 * between the server's answer and our note of it sends the same mail twice, with the same Message-ID.
 */
@Reactions()
export class SendConfirmation {
  private readonly logger = new Logger('Newsletter');

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly mails: ConfirmationMails,
    private readonly mailer: Mailer,
    private readonly records: Records,
    private readonly clock: Clock,
  ) {}

  @On('newsletter.send-confirmation', 'newsletter')
  async requested(
    @Payload() { id, tenant, stream, fact }: StoredEvent<NewsletterFact, NewsletterState>,
  ): Promise<void> {
    if (fact.type !== 'SubscriptionRequested') return;
    const { key: subjectId } = parseStream(stream);
    const state = await this.subscriptions.state(tenant, subjectId);
    const waiting = pendingRequest(state, fact.purpose, this.clock.now());
    if (waiting?.id !== id) return; // confirmed, ended, lapsed, or asked again since
    const mail = await this.mails.compose(tenant, subjectId, waiting);
    if (mail === undefined) return; // the address is no longer known: the person was forgotten

    const key = `mail/${id}`;
    const real = this.clock.real();
    if ((await this.records.get(key, real)) !== undefined) return;
    try {
      await this.mailer.send(mail);
    } catch (error) {
      if (!(error instanceof MailFailure) || error.kind !== 'refused') throw error;
      // A server that refuses a recipient is not asked again and again: the person may sign up anew.
      this.logger.warn(`the mail of request ${id} is not sent: ${error.message}`);
    }
    await this.records.put(key, { over: true }, real + REMEMBERED_MS);
  }
}
