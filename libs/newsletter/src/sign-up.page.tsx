import type { JSX } from 'preact';
import { Document, Field, NoticeText, Status, type FrameKey, type Setting } from '@assent/pages';
import type { NewsletterKey } from './texts.js';

export interface SignUpView {
  readonly setting: Setting<NewsletterKey | FrameKey>;
  /** Name of the list. */
  readonly purpose: string;
  /** Markdown of the notice that is pinned to the sign-up. */
  readonly notice: string;
  /** Path of the form. */
  readonly here: string;
  /** The same form in the other language. */
  readonly other: { readonly href: string; readonly language: string };
}

interface Props {
  readonly view: SignUpView;
  /** What was typed, when it is no address: given back so that it can be put right. */
  readonly wrong?: string;
}

/**
 * The public form. `website` is a trap: no person sees it, and whoever fills it in is a program (the answer does not say
 * so).
 */
export function SignUpPage({ view, wrong }: Props): JSX.Element {
  const { setting, purpose, notice, here, other } = view;
  const { say, brand, language } = setting;
  return (
    <Document setting={setting} title={say('sign-up.title', { purpose })}>
      <p>{say('sign-up.explain', { brand })}</p>
      <form method="post" action={here}>
        <Field
          name="email"
          type="email"
          label={`${say('sign-up.email')} *`}
          hint={say('sign-up.required')}
          autocomplete="email"
          required
          value={wrong}
          error={wrong === undefined ? undefined : say('sign-up.wrong')}
        />
        <div hidden>
          <label for="website">Website</label>
          <input id="website" name="website" type="text" tabIndex={-1} autocomplete="off" />
        </div>
        <input type="hidden" name="locale" value={language} />
        <button class="main">{say('sign-up.button')}</button>
      </form>
      <h2>{say('sign-up.notice')}</h2>
      <NoticeText markdown={notice} level={3} />
      <p>
        <a href={other.href} lang={other.language} hreflang={other.language}>
          {say('sign-up.language')}
        </a>
      </p>
    </Document>
  );
}

/** The same for a known, an unknown, an opposed and a throttled address, and for programs. */
export function SentPage({ view }: { readonly view: SignUpView }): JSX.Element {
  const { setting, here } = view;
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={say('sign-up.sent.title')}>
      <Status tone="note">
        <p>{say('sign-up.sent.text', { brand })}</p>
      </Status>
      <p class="quiet">{say('sign-up.sent.help')}</p>
      <p>
        <a href={here}>{say('sign-up.again')}</a>
      </p>
    </Document>
  );
}
