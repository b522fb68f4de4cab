import type { JSX } from 'preact';
import { Action, Document, NoticeText, Status, type FrameKey, type Setting } from '@assent/pages';
import { CarriedStep } from './carried.page.js';
import type { Line } from './centre.js';
import type { Centre, ShownPurpose } from './centre.service.js';
import type { CentreKey } from './centre-texts.js';

type Speaking = Setting<CentreKey | FrameKey>;

/** What the click that led here did. `still`: taken back, and another refusal still covers it. */
export interface Outcome {
  readonly did: 'stopped' | 'undone' | 'still' | 'over' | 'asked' | 'nothing';
  /** Null: everything. */
  readonly purpose: string | null;
}

interface Props {
  readonly setting: Speaking;
  readonly centre: Centre;
  /** Path of the page itself. */
  readonly here: string;
  readonly outcome?: Outcome | undefined;
}

/** Only stopping is possible by the link alone; whoever holds it reads no clear personal data. */
export function CentrePage({ setting, centre, here, outcome }: Props): JSX.Element {
  const { say, brand } = setting;
  const { address, purposes, services } = centre;
  return (
    <Document
      setting={setting}
      title={say('preferences.title', { brand })}
      about={say('preferences.about', { brand })}
    >
      {outcome !== undefined && <Told setting={setting} centre={centre} here={here} outcome={outcome} />}
      <p class="lead">{say('preferences.explain', { brand })}</p>
      {address !== null && <p class="quiet">{say('preferences.address', { address })}</p>}
      <h2 id="choices">{say('preferences.list')}</h2>
      <ul class="rows" aria-labelledby="choices">
        {purposes.map((shown) => (
          <Purpose
            key={shown.purpose}
            setting={setting}
            shown={shown}
            here={here}
            told={outcome?.purpose === shown.purpose}
          />
        ))}
      </ul>
      <Everything setting={setting} centre={centre} here={here} told={outcome?.did === 'stopped'} />
      {services.length > 0 && (
        <>
          <h2>{say('preferences.service.title')}</h2>
          <p class="quiet">{say('preferences.service.text')}</p>
          <ul class="plain-list">
            {services.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </>
      )}
      <Rights setting={setting} contact={centre.contact} />
    </Document>
  );
}

/** GDPR art. 13(2)(b): the rights that this page does not carry out itself, and where to use them. */
function Rights({
  setting: { say, brand, controller },
  contact,
}: Pick<Props, 'setting'> & Pick<Centre, 'contact'>): JSX.Element {
  const who = { controller: controller ?? brand };
  return (
    <>
      <h2>{say('preferences.rights.title')}</h2>
      <p class="quiet">
        {say('preferences.rights.text', who)}{' '}
        {contact === null
          ? say('preferences.rights.policy', who)
          : say('preferences.rights.contact', { contact })}
      </p>
    </>
  );
}

function Told({ setting, centre, here, outcome: { did, purpose } }: Required<Props>): JSX.Element {
  const { say, brand } = setting;
  const shown = centre.purposes.find((one) => one.purpose === purpose);
  const until = shown === undefined ? centre.allUndoUntil : shown.undoUntil;
  switch (did) {
    case 'stopped':
      return (
        <Status tone="done" title={say('preferences.done.title')}>
          <p>
            {shown
              ? say('preferences.done.one', { brand, purpose: shown.name })
              : say('preferences.done.all', { brand })}
          </p>
          <p class="quiet small">{say('preferences.done.carried')}</p>
          {until !== null && <Undo setting={setting} here={here} of={shown?.purpose ?? '*'} until={until} />}
        </Status>
      );
    case 'asked':
      return (
        <Status tone="note" title={say('preferences.asked.title')}>
          <p>{say('preferences.asked.text', { address: centre.address ?? '' })}</p>
        </Status>
      );
    default:
      return (
        <Status
          tone={did === 'undone' ? 'done' : did === 'over' ? 'warning' : 'note'}
          title={say(`preferences.${did}.title`)}
        >
          <p>{say(`preferences.${did}.text`)}</p>
        </Status>
      );
  }
}

interface PurposeProps {
  readonly setting: Speaking;
  readonly shown: ShownPurpose;
  readonly here: string;
  /** The message at the top is about it. */
  readonly told: boolean;
}

function Purpose({ setting, shown, here, told }: PurposeProps): JSX.Element {
  const { say } = setting;
  const { purpose, name, tone, lines, stoppable, undoUntil, askable, noticeText, carried } = shown;
  const to = (act: 'stop' | 'ask'): string => `${here}?${act}=${encodeURIComponent(purpose)}`;
  return (
    <li>
      <div class="row-head">
        <div>
          <h3>{name}</h3>
          <p class={`chip ${tone}`}>{say(`preferences.tone.${tone}`)}</p>
        </div>
        {stoppable && (
          <Action to={to('stop')} of={name}>
            {say(tone === 'none' ? 'preferences.refuse' : 'preferences.stop')}
          </Action>
        )}
      </div>
      <ul class="facts">
        {lines.map((line, index) => (
          <li key={index}>{sentence(setting, line)}</li>
        ))}
      </ul>
      {undoUntil !== null && !told && (
        <Undo setting={setting} here={here} of={purpose} name={name} until={undoUntil} />
      )}
      {noticeText !== null && (
        <details>
          <summary>
            {say('preferences.notice')}
            <span class="unseen"> {name}</span>
          </summary>
          <NoticeText markdown={noticeText} level={4} />
        </details>
      )}
      {carried.length > 0 && (
        <details open={tone === 'off'}>
          <summary>
            {say('preferences.carried')}
            <span class="unseen"> {name}</span>
          </summary>
          <ul class="trail">
            {carried.map((one) => (
              <CarriedStep key={one.integration} setting={setting} carried={one} />
            ))}
          </ul>
        </details>
      )}
      {askable && (
        <div class="row-act">
          <p class="quiet">{say(`preferences.ask.${tone === 'none' || tone === 'wait' ? tone : 'off'}`)}</p>
          <Action to={to('ask')} of={name} weight="light">
            {say('preferences.ask')}
          </Action>
        </div>
      )}
    </li>
  );
}

function Everything({
  setting,
  centre,
  here,
  told,
}: PurposeOf<'setting' | 'here' | 'told'> & { readonly centre: Centre }): JSX.Element {
  const { say, brand, day } = setting;
  const { allStoppedSince, allUndoUntil } = centre;
  return (
    <section class="box" aria-labelledby="everything">
      <h2 id="everything">{say('preferences.all.title')}</h2>
      {allStoppedSince === null ? (
        <>
          <p>{say('preferences.all.text', { brand })}</p>
          <Action to={`${here}?stop=*`} weight="strong">
            {say('preferences.all.button')}
          </Action>
        </>
      ) : (
        <>
          <p>{say('preferences.all.stopped', { date: day(allStoppedSince) })}</p>
          {allUndoUntil !== null && !told && (
            <Undo setting={setting} here={here} of="*" until={allUndoUntil} />
          )}
        </>
      )}
    </section>
  );
}

type PurposeOf<K extends keyof PurposeProps> = Pick<PurposeProps, K>;

interface UndoProps {
  readonly setting: Speaking;
  readonly here: string;
  readonly of: string;
  readonly name?: string;
  readonly until: number;
}

function Undo({ setting, here, of, name, until }: UndoProps): JSX.Element {
  const { say, time } = setting;
  return (
    <div class="actions">
      <Action to={`${here}?undo=${encodeURIComponent(of)}`} of={name}>
        {say('preferences.undo')}
      </Action>
      <p class="quiet small">{say('preferences.undo.until', { time: time(until) })}</p>
    </div>
  );
}

function sentence({ say, day }: Speaking, { channels, said, since }: Line): string {
  const text = say(`preferences.said.${said}`, { date: since === null ? '' : day(since) });
  if (channels.length === 0) return text;
  const named = channels.map((channel) => say(`preferences.channel.${channel}`)).join(', ');
  return say('preferences.channels', { channels: named, said: text });
}
