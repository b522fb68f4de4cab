import type { JSX } from 'preact';
import { Document, type FrameKey, type Setting } from '@assent/pages';
import type { TextKey } from './page-texts.js';

/** What all pages of one link have in common. */
export interface LinkView {
  readonly setting: Setting<FrameKey | TextKey>;
  /** Name of the purpose as the person knows it. */
  readonly purpose: string;
  /** Path of the link itself. */
  readonly here: string;
  /** Path of the page of all messages. */
  readonly preferences: string;
}

/** One button; nothing happens until it is pressed (RFC 8058 §3.1, mail scanners fetch every link). */
export function UnsubscribePage({ link }: { readonly link: LinkView }): JSX.Element {
  const { setting, purpose, here, preferences } = link;
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={say('unsubscribe.title')}>
      <p>{say('unsubscribe.question', { purpose, brand })}</p>
      <p class="quiet">{say('unsubscribe.explain')}</p>
      <form method="post" action={here}>
        <button class="main">{say('unsubscribe.button')}</button>
      </form>
      <More setting={setting} href={preferences} />
    </Document>
  );
}

export function UnsubscribedPage({
  link,
  undo,
}: {
  readonly link: LinkView;
  readonly undo: boolean;
}): JSX.Element {
  const { setting, purpose, here, preferences } = link;
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={say('unsubscribe.done.title')}>
      <p role="status">{say('unsubscribe.done.text', { purpose, brand })}</p>
      {undo && (
        <form method="post" action={`${here}/undo`}>
          <p class="quiet">{say('unsubscribe.undo.text')}</p>
          <button>{say('unsubscribe.undo.button')}</button>
        </form>
      )}
      <More setting={setting} href={preferences} />
    </Document>
  );
}

/** `over`: too late. `stopped`: taken back, and another refusal still covers the purpose. */
export function UndonePage({
  link,
  outcome,
}: {
  readonly link: LinkView;
  readonly outcome: 'open' | 'stopped' | 'over';
}): JSX.Element {
  const { setting, purpose, preferences } = link;
  const { say } = setting;
  const title = say(outcome === 'over' ? 'unsubscribe.over.title' : 'unsubscribe.undone.title');
  const text = {
    open: 'unsubscribe.undone.text',
    stopped: 'unsubscribe.undone.still',
    over: 'unsubscribe.over.text',
  } as const;
  return (
    <Document setting={setting} title={title}>
      <p role="status">{say(text[outcome], { purpose })}</p>
      <More setting={setting} href={preferences} />
    </Document>
  );
}

function More({
  setting: { say, brand },
  href,
}: {
  readonly setting: Setting<FrameKey | TextKey>;
  readonly href: string;
}): JSX.Element {
  return (
    <p class="after">
      <a href={href}>{say('unsubscribe.more', { brand })}</a>
    </p>
  );
}
