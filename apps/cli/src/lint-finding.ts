import { fieldsNamed, type Entity } from './message.js';

/** `error`: a mailbox provider refuses the mail, or shows no one-click button. `warning`: everything else. */
export type Level = 'error' | 'warning';

export interface Finding {
  readonly level: Level;
  /** The header, or the part of the mail. */
  readonly where: string;
  /** What is wrong. */
  readonly what: string;
  /** RFC and section, or the provider. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
}

export interface SentMail {
  readonly message: Entity;
  /** The text that is shown; undefined without such a part. */
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** `ASSENT_PUBLIC_URL`, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

export const isError = ({ level }: Finding): boolean => level === 'error';

/** A header that may stand there once. */
export type Only = { readonly value: string } | 'none' | 'several';

export function onlyOne(message: Entity, name: string): Only {
  const [field, ...more] = fieldsNamed(message, name);
  if (field === undefined) return 'none';
  return more.length > 0 ? 'several' : field;
}
