import type { JSX } from 'preact';
import { Document, type FrameKey, type Setting } from '@assent/pages';
import type { TextKey } from './page-texts.js';

export interface PurposeRow {
  readonly id: string;
  readonly name: string;
  /** Day since when it is stopped, as a person writes it; null when it is not. */
  readonly stoppedSince: string | null;
}

/** What the page of all messages shows. */
export interface PreferencesView {
  readonly setting: Setting<FrameKey | TextKey>;
  readonly here: string;
  /** Masked; null when the clear address is not known. */
  readonly address: string | null;
  readonly purposes: readonly PurposeRow[];
  /** Day since when everything is stopped. */
  readonly allStoppedSince: string | null;
}

interface Props {
  readonly view: PreferencesView;
  /** What the click that led here did. */
  readonly done?: string;
}

/** Only stopping is possible here: whoever holds the link may stop messages, and learns no clear personal data. */
export function PreferencesPage({ view, done }: Props): JSX.Element {
  const { setting, here, address, purposes, allStoppedSince } = view;
  const { say, brand } = setting;
  return (
    <Document setting={setting} title={say('preferences.title', { brand })}>
      {done !== undefined && (
        <p class="news" role="status">
          {done}
        </p>
      )}
      {address !== null && <p class="quiet">{say('preferences.address', { address })}</p>}
      <p>{say('preferences.explain')}</p>
      <h2 id="purposes">{say('preferences.list', { brand })}</h2>
      <ul aria-labelledby="purposes">
        {purposes.map(({ id, name, stoppedSince }) => (
          <li key={id}>
            <span>{name}</span>
            {stoppedSince === null ? (
              <form method="post" action={`${here}?stop=${encodeURIComponent(id)}`}>
                <button>
                  {say('preferences.stop')}
                  <span class="unseen"> {name}</span>
                </button>
              </form>
            ) : (
              <span class="quiet">{say('preferences.stopped', { date: stoppedSince })}</span>
            )}
          </li>
        ))}
      </ul>
      <h2>{say('preferences.all.title')}</h2>
      {allStoppedSince === null ? (
        <form method="post" action={`${here}?stop=*`}>
          <p>{say('preferences.all.text', { brand })}</p>
          <button class="main">{say('preferences.all.button')}</button>
        </form>
      ) : (
        <p>{say('preferences.all.stopped', { date: allStoppedSince })}</p>
      )}
    </Document>
  );
}
