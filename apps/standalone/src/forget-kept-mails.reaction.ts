import { Payload } from '@nestjs/microservices';
import type { StoredEvent, SubjectFact, SubjectState } from '@assent/contract';
import { Keyring, Mailbox } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/**
 * An erased person's kept mails go too (GDPR art. 17): they hold the address in clear, outside the directory. Looked for
 * by address key, so that it does not matter how far the directory has forgotten; again at the end, for a mail that was
 * under way.
 */
@Reactions()
export class ForgetKeptMails {
  constructor(
    private readonly mailbox: Mailbox,
    private readonly keyring: Keyring,
  ) {}

  @On('standalone.forget-kept-mails', 'subject')
  async erased(@Payload() { tenant, fact, state }: StoredEvent<SubjectFact, SubjectState>): Promise<void> {
    if (fact.type !== 'SubjectErased' && fact.type !== 'ErasureCompleted') return;
    const keys = new Set(state.addresses.map(({ key }) => key));
    for (const mail of await this.mailbox.list(EVERYTHING)) {
      const key = this.keyring.addressKey(mail.tenant, { kind: 'email', value: mail.to });
      if (mail.tenant === tenant && keys.has(key)) await this.mailbox.remove(mail.id);
    }
  }
}
