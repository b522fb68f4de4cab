/** One message to one person. The only place besides the directory where clear personal data may stand. */
export interface Mail {
  /** Unique in the installation: the id of the event that asked for it. Becomes the Message-ID, so that a second try is recognised. */
  readonly id: string;
  readonly tenant: string;
  /** Clear e-mail address of the person. */
  readonly to: string;
  /** Who writes, as people know it: the name beside the sender's address. */
  readonly fromName: string;
  /** BCP 47 */
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Further headers: `List-Unsubscribe`, `List-Unsubscribe-Post`, `List-Id`. One line each. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The mail was not taken. `reason` is for operators: it holds no address. */
export class MailFailure extends Error {
  constructor(
    /** `temporary`: try again later. `refused`: the server does not take this mail. */
    readonly kind: 'temporary' | 'refused',
    reason: string,
  ) {
    super(reason);
    this.name = 'MailFailure';
  }
}

/** Hands mails to whoever sends them. Writes no log and no address into an error. */
export abstract class Mailer {
  /** Resolves when the mail is durably taken; rejects with `MailFailure`. The same id again is the same mail. */
  abstract send(mail: Mail): Promise<void>;
}

/** A mail that would have been sent, kept for looking at. */
export interface KeptMail extends Mail {
  /** Epoch milliseconds. */
  readonly keptAt: number;
  /** Message as it would have gone over the wire (RFC 5322). */
  readonly raw: string;
}

/** Where mails go that no server takes: the embedded profile without SMTP. */
export abstract class Mailbox {
  /** Newest first. */
  abstract list(limit: number): Promise<KeptMail[]>;
  abstract read(id: string): Promise<KeptMail | undefined>;
  /** Gone for good when it resolves; nothing happens when there is none. */
  abstract remove(id: string): Promise<void>;
}
