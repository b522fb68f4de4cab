import type { JSX } from 'preact';
import { Action, Document, NoticeText, Status, type FrameKey, type Setting } from '@assent/pages';
import type { NewsletterKey } from './texts.js';

/** What all pages of one confirmation link have in common. */
export interface ConfirmView {
  readonly setting: Setting<NewsletterKey | FrameKey>;
  /** Name of the list as the person knows it. */
  readonly purpose: string;
  /** Markdown of the notice that was shown at the sign-up. */
  readonly notice: string;
  /** Path of the link itself. */
  readonly here: string;
  /** Path of the page of all messages. */
  readonly preferences: string;
  /** Path of the public form. */
  readonly form: string;
}

/** One button; nothing happens until it is pressed: mail scanners fetch every link. */
export function ConfirmPage({ view }: { readonly view: ConfirmView }): JSX.Element {
  const { setting, purpose, notice, here } = view;
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={say('confirm.title', { purpose })}>
      <p>{say('confirm.text', { purpose, brand })}</p>
      <Action to={here} weight="main">
        {say('confirm.button')}
      </Action>
      <p class="quiet">{say('confirm.otherwise')}</p>
      <details>
        <summary>{say('confirm.notice')}</summary>
        <NoticeText markdown={notice} level={2} />
      </details>
    </Document>
  );
}

export function ConfirmedPage({ view }: { readonly view: ConfirmView }): JSX.Element {
  const { setting, purpose, preferences } = view;
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={say('confirmed.title')}>
      <Status tone="done">
        <p>{say('confirmed.text', { purpose, brand })}</p>
      </Status>
      <p>{say('confirmed.end')}</p>
      <p>
        <a href={preferences}>{say('confirmed.preferences', { brand })}</a>
      </p>
    </Document>
  );
}

/** `again`: whether there is an address that a new mail could go to. */
export function ExpiredPage({
  view,
  again,
}: {
  readonly view: ConfirmView;
  readonly again: boolean;
}): JSX.Element {
  const { setting, here, form } = view;
  const { say } = setting;
  return (
    <Document setting={setting} title={say('expired.title')}>
      <Status tone="warning">
        <p>{say('expired.text')}</p>
      </Status>
      {again ? (
        <Action to={`${here}/again`} weight="main">
          {say('expired.button')}
        </Action>
      ) : (
        <p>
          <a href={form}>{say('expired.form')}</a>
        </p>
      )}
    </Document>
  );
}

export function AgainPage({ view }: { readonly view: ConfirmView }): JSX.Element {
  const { setting } = view;
  const { say } = setting;
  return (
    <Document setting={setting} title={say('again.title')}>
      <Status tone="note">
        <p>{say('again.text')}</p>
      </Status>
    </Document>
  );
}
