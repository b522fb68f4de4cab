import type { ComponentChildren, JSX } from 'preact';
import { Action, Document, Status, type FrameKey, type Setting } from '@assent/pages';
import type { TextKey } from './page-texts.js';

/** What all pages of one link have in common. */
export interface LinkView {
  readonly setting: Setting<FrameKey | TextKey>;
  /** Name of the purpose as the person knows it. */
  readonly purpose: string;
  /** Masked; null when the clear address is not known. */
  readonly address: string | null;
  /** Path of the link itself. */
  readonly here: string;
  /** Path of the page of all messages. */
  readonly preferences: string;
}

interface Props {
  readonly link: LinkView;
}

/** One button; nothing happens until it is pressed (RFC 8058 §3.1, mail scanners fetch every link). */
export function UnsubscribePage({ link }: Props): JSX.Element {
  const { setting, purpose, address, here } = link;
  const { say, brand } = setting;
  return (
    <Page link={link} title={say('unsubscribe.title', { purpose })}>
      <p class="lead">{say('unsubscribe.question', { purpose, brand })}</p>
      {address !== null && <p class="quiet">{say('unsubscribe.address', { address })}</p>}
      <div class="actions">
        <Action to={here} weight="main">
          {say('unsubscribe.button')}
        </Action>
        <p class="quiet small">{say('unsubscribe.explain')}</p>
      </div>
    </Page>
  );
}

/** `undo`: the click may still be taken back. */
export function UnsubscribedPage({ link, undo }: Props & { readonly undo: boolean }): JSX.Element {
  const { setting, purpose, here } = link;
  const { say, brand } = setting;
  return (
    <Page link={link} title={say('unsubscribe.done.title')}>
      <Status tone="done">
        <p>{say('unsubscribe.done.text', { purpose, brand })}</p>
        <p class="quiet small">{say('unsubscribe.done.from-now', { brand })}</p>
      </Status>
      {undo && (
        <div class="actions">
          <Action to={`${here}/undo`}>{say('unsubscribe.undo.button')}</Action>
          <p class="quiet small">{say('unsubscribe.undo.text')}</p>
        </div>
      )}
    </Page>
  );
}

interface UndoneProps extends Props {
  /** `over`: too late. `stopped`: taken back, and another refusal still covers the purpose. */
  readonly outcome: 'open' | 'stopped' | 'over';
}

export function UndonePage({ link, outcome }: UndoneProps): JSX.Element {
  const { setting, purpose } = link;
  const { say } = setting;
  const title = say(outcome === 'over' ? 'unsubscribe.over.title' : 'unsubscribe.undone.title');
  const text = {
    open: 'unsubscribe.undone.text',
    stopped: 'unsubscribe.undone.still',
    over: 'unsubscribe.over.text',
  } as const;
  return (
    <Page link={link} title={title}>
      <Status tone={outcome === 'open' ? 'done' : outcome === 'over' ? 'warning' : 'note'}>
        <p>{say(text[outcome], { purpose })}</p>
      </Status>
    </Page>
  );
}

function Page({
  link: { setting, preferences },
  title,
  children,
}: Props & { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={title} about={say('unsubscribe.about', { brand })}>
      {children}
      <p class="after">
        <a href={preferences}>{say('unsubscribe.more', { brand })}</a>
      </p>
    </Document>
  );
}
