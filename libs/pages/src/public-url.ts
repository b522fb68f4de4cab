/** Where people reach this installation: the base of every link in a message (`ASSENT_PUBLIC_URL`). */
export abstract class PublicUrl {
  /** `https://consent.example.org`, perhaps with a path, without a slash at the end. */
  abstract readonly base: string;
  /** Address that takes unsubscribes by mail (`ASSENT_UNSUBSCRIBE_MAILBOX`); none unless somebody works them off. */
  readonly unsubscribeMailbox?: string | undefined;
}
