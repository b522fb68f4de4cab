import type { JSX } from 'preact';
import type { FrameKey, Setting } from '@assent/pages';
import type { Carried } from './carried.js';
import type { CentreKey } from './centre-texts.js';

interface Props {
  readonly setting: Setting<CentreKey | FrameKey>;
  readonly carried: Carried;
}

const MARKS: Readonly<Record<Carried['progress'], string>> = {
  seen: 'seen',
  told: 'told',
  due: 'due',
  undone: 'due',
  stuck: 'stuck',
  absent: 'none',
  closed: 'none',
  guarded: 'told',
  unused: 'none',
};

/** One tool, and how far a choice has come there. */
export function CarriedStep({ setting, carried }: Props): JSX.Element {
  const { say, brand, day } = setting;
  const { integration, name, verdict, progress, at, refused } = carried;
  const blanks = { verdict: say(`preferences.verdict.${verdict}`), date: at === null ? '' : day(at) };
  return (
    <li class={MARKS[progress]}>
      <b>{name ?? say('preferences.carried.own', { id: integration, brand })}</b>
      <span>
        {say(`preferences.carried.${progress}`, blanks)}
        {refused !== null &&
          say('preferences.carried.refused', { times: String(refused.times), date: day(refused.lastAt) })}
      </span>
    </li>
  );
}
