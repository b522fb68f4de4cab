import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { ALL, type OppositionState } from '@assent/contract';
import { Pages, type FrameKey, type Visit } from '@assent/pages';
import { Policies, type Policy } from '@assent/policy';
import { OppositionList } from './opposition-list.service.js';
import type { TextKey } from './page-texts.js';
import type { PurposeRow } from './preferences.page.js';
import { coveringObjection } from './questions.js';

export type PageVisit = Visit<FrameKey | TextKey>;

/** Where a person stands, as the page of all messages shows it. */
export interface Stops {
  /** Masked; null when the clear address is not known. */
  readonly address: string | null;
  readonly purposes: readonly PurposeRow[];
  readonly allStoppedSince: string | null;
}

@Injectable()
export class Picture {
  constructor(
    private readonly policies: Policies,
    private readonly pages: Pages,
    private readonly list: OppositionList,
    private readonly clock: Clock,
  ) {}

  /** Every marketing purpose of the tenant, and whether the person has stopped it on all its channels. */
  async of({ link, who, setting }: PageVisit): Promise<Stops> {
    const { tenant } = link;
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    const states = await this.list.states(tenant, who.keys);
    const declared = policy.purposes
      .filter((purpose) => purpose.class === 'marketing')
      .map((one) => one.declared);
    const purposes = [...new Set([...declared, link.purpose])].map((id) => {
      const since = stoppedSince(states, policy, id, now);
      const name = this.pages.nameOf(tenant, id, setting.language);
      return { id, name, stoppedSince: since === null ? null : setting.day(since) };
    });
    const everything = (await this.list.listed(tenant, who.keys, now)).find(
      ({ purpose, channel }) => purpose === ALL && channel === ALL,
    );
    const all = everything !== undefined && purposes.every((purpose) => purpose.stoppedSince !== null);
    return {
      address: await this.pages.masked(tenant, link.addressKey),
      purposes,
      allStoppedSince: all ? setting.day(everything.since) : null,
    };
  }
}

function stoppedSince(
  states: readonly OppositionState[],
  policy: Policy,
  purpose: string,
  now: number,
): number | null {
  const channels = policy.purpose(purpose)?.channels ?? [];
  const since = channels.map((channel) =>
    Math.max(
      ...states.map(
        (state) => coveringObjection(state, policy.opposition, purpose, channel, now)?.since ?? -Infinity,
      ),
    ),
  );
  return since.length > 0 && since.every((one) => one > -Infinity) ? Math.max(...since) : null;
}
