import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import type { SubscriptionRequest } from '@assent/contract';
import { Links, Pages } from '@assent/pages';
import { Policies } from '@assent/policy';
import { Directory, type Mail } from '@assent/ports';
import { confirmationMail } from './confirmation-mail.js';
import { SUBSCRIBED_CHANNEL } from './in-force.js';
import { SignUps } from './sign-ups.service.js';
import { NEWSLETTER_TEXTS } from './texts.js';

/** Puts the mail of one request together: to whom, in which language, with which links and which notice. */
@Injectable()
export class ConfirmationMails {
  constructor(
    private readonly pages: Pages,
    private readonly links: Links,
    private readonly signUps: SignUps,
    private readonly policies: Policies,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  /** `undefined` when the address is no longer known. */
  async compose(tenant: string, subjectId: string, request: SubscriptionRequest): Promise<Mail | undefined> {
    const { id, purpose, addressKey, notice, expiresAt } = request;
    const now = this.clock.now();
    const address = await this.directory.address(tenant, addressKey, now);
    if (address === undefined) return undefined;
    const setting = await this.pages.setting(NEWSLETTER_TEXTS, tenant, { headers: {} }, { subjectId });
    const { language, brand, controller } = setting;
    const payload = { tenant, addressKey, kind: address.kind, purpose, channel: SUBSCRIBED_CHANNEL };
    const { unsubscribe, preferences, headers } = this.links.of(payload, now);
    const { timezone, notices } = this.policies.at(tenant, now);
    const own = (key: string) => this.policies.text(tenant, key, language);
    const mail = confirmationMail({
      ...{ language, brand, controller, timezone, expiresAt, own },
      colour: own('brand.colour'),
      purposeName: this.pages.nameOf(tenant, purpose, language),
      noticeText: this.signUps.noticeText(tenant, notice, language, request.at),
      confirmUrl: this.links.confirmation({ ...payload, campaign: id }),
      cancelUrl: unsubscribe,
      preferencesUrl: preferences,
      listId: headers['List-Id'],
      rights: notices.inEachMail,
      contact: own('controller.contact'),
    });
    return { id, tenant, to: address.value, fromName: brand, language, ...mail };
  }
}
