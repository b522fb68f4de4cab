import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { ALL, sameScope, type Scope } from '@assent/contract';
import { Standings } from '@assent/eligibility';
import { SignUps, Subscriptions } from '@assent/newsletter';
import { OppositionList, undoable, UNDO_MS } from '@assent/opposition';
import { isKnown, Pages, type FrameKey, type Visit } from '@assent/pages';
import { Policies, type Integration, type Policy } from '@assent/policy';
import { Deliveries, EventLog, type EvidenceDocument, type ResolvedSubject } from '@assent/ports';
import { carriedTo, type Carried } from './carried.js';
import { purposeChoices, servicePurposes, type PurposeChoice } from './centre.js';
import type { CentreKey } from './centre-texts.js';
import { withRefusals, type GuardedRow } from './refused-at-send.js';

export type CentreVisit = Visit<CentreKey | FrameKey>;

/** One purpose as the page shows it. */
export interface ShownPurpose extends PurposeChoice {
  readonly name: string;
  /** Markdown, in the language of the page. */
  readonly noticeText: string | null;
  readonly carried: readonly Carried[];
  /** Until when the last click may be taken back; epoch milliseconds. */
  readonly undoUntil: number | null;
  /** A mail to the person's own address may bring it back. */
  readonly askable: boolean;
}

/** Everything the page shows. No clear personal data. */
export interface Centre {
  /** Masked; null when the clear address is not known. */
  readonly address: string | null;
  readonly purposes: readonly ShownPurpose[];
  readonly services: readonly string[];
  /** Where the tenant takes requests for access, correction and erasure; null when it has not said. */
  readonly contact: string | null;
  /** Since when everything is stopped by one act; epoch milliseconds. */
  readonly allStoppedSince: number | null;
  readonly allUndoUntil: number | null;
}

@Injectable()
export class Centres {
  constructor(
    private readonly standings: Standings,
    private readonly list: OppositionList,
    private readonly subscriptions: Subscriptions,
    private readonly signUps: SignUps,
    private readonly deliveries: Deliveries,
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly pages: Pages,
    private readonly clock: Clock,
  ) {}

  async of(visit: CentreVisit): Promise<Centre> {
    const { link, who, setting } = visit;
    const { tenant } = link;
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    // Of somebody erased nothing is shown but what their address refused.
    const shown = isKnown(who) ? who : { ...who, subjectId: null, state: null };
    const standing = await this.standings.of(tenant, shown, now);
    const integrations = this.policies.integrations(tenant);
    const active = (one: Integration) => one.enabled && this.policies.inactive(one, now) === undefined;
    const rows = await this.rows(tenant, integrations, who.keys);
    const undos = await this.undos(tenant, link.addressKey);
    const listed = await this.list.listed(tenant, who.keys, now);
    const until = (purpose: string): number | null =>
      undos.find(({ scope }) => scope.purpose === purpose)?.until ?? null;
    const address = await this.pages.masked(visit);
    const named = (purpose: string): string => this.pages.nameOf(tenant, purpose, setting.language);

    const choices = purposeChoices(standing, policy, now, link.purpose);
    const everything = listed.find(({ purpose, channel }) => purpose === ALL && channel === ALL);
    const allStopped = everything !== undefined && choices.every(({ stoppable }) => !stoppable);
    const purposes = choices.map((choice): ShownPurpose => ({
      ...choice,
      name: named(choice.purpose),
      noticeText: this.noticeText(policy, choice.notice, setting.language),
      carried: carriedTo(choice, integrations, rows, active, (id) =>
        this.policies.text(tenant, `integration.${id}`, setting.language),
      ),
      undoUntil: allStopped ? null : until(choice.purpose),
      askable: address !== null && this.askable(tenant, choice, who, link.addressKey, now),
    }));
    return {
      address,
      purposes,
      services: servicePurposes(policy).map(named),
      contact: this.policies.text(tenant, 'controller.contact', setting.language) ?? null,
      allStoppedSince: allStopped ? everything.since : null,
      allUndoUntil: until(ALL),
    };
  }

  /** Stops the purpose, or everything (`*`), on every channel: durable before it resolves. */
  async stop({ link, who }: CentreVisit, purpose: string, evidence: EvidenceDocument): Promise<void> {
    const scope = { purpose, channel: ALL };
    const act = { scope, at: this.clock.now(), source: 'click', evidence } as const;
    await this.list.object(link.tenant, who, act, { actor: 'person' });
  }

  /** Takes back the last click on the purpose, or on everything; false when it is too late, or was no click. */
  async undo({ link, who }: CentreVisit, purpose: string): Promise<boolean> {
    const found = (await this.undos(link.tenant, link.addressKey)).find(
      ({ scope }) => scope.purpose === purpose,
    );
    const scope = found?.scope ?? { purpose, channel: ALL };
    const { refused } = await this.list.undo(link.tenant, who, scope, { actor: 'person' });
    return refused === undefined;
  }

  /** Asks for a confirmation mail to the address of the link; nothing opens before its person confirms (K15). */
  async ask({ link, who }: CentreVisit, purpose: string, evidence: EvidenceDocument): Promise<void> {
    const at = this.clock.now();
    const notice = this.signUps.noticeFor(link.tenant, purpose, at);
    if (who.subjectId === null || notice === undefined) return;
    const { id, version, digest } = notice;
    const wanted = { subjectId: who.subjectId, addressKey: link.addressKey, purpose, evidence, at };
    await this.subscriptions.request(
      link.tenant,
      { ...wanted, notice: { id, version, digest } },
      { actor: 'person' },
    );
  }

  private askable(
    tenant: string,
    { purpose, tone }: PurposeChoice,
    who: ResolvedSubject,
    addressKey: string,
    now: number,
  ): boolean {
    const own = who.state?.addresses.some(({ key, removedAt }) => key === addressKey && removedAt === null);
    return (
      isKnown(who) &&
      own === true &&
      tone !== 'on' &&
      this.signUps.isList(tenant, purpose, now) &&
      this.signUps.noticeFor(tenant, purpose, now) !== undefined
    );
  }

  /** Clicks on this address that may still be taken back. */
  private async undos(tenant: string, addressKey: string): Promise<{ scope: Scope; until: number }[]> {
    const [state] = await this.list.states(tenant, [addressKey]);
    const now = this.clock.now();
    const scopes = (state?.entries ?? [])
      .map(({ scope }) => scope)
      .filter((scope, index, all) => all.findIndex((one) => sameScope(one, scope)) === index);
    return scopes.flatMap((scope) => {
      const click = state && undoable(state, scope, now);
      return click === undefined ? [] : [{ scope, until: click.recordedAt + UNDO_MS }];
    });
  }

  private noticeText({ tenant, locale }: Policy, ref: string | null, language: string): string | null {
    const texts = ref === null ? undefined : this.policies.notice(tenant, ref, this.clock.now())?.texts;
    return texts?.[language] ?? texts?.[locale] ?? Object.values(texts ?? {})[0] ?? null;
  }

  /** By their ids (see `DeliveryRow`): point reads, however many people there are. */
  private async rows(
    tenant: string,
    integrations: readonly Integration[],
    keys: readonly string[],
  ): Promise<GuardedRow[]> {
    const ids = integrations.flatMap(({ id }) => keys.map((key) => `${id}:${key}`));
    const rows = await Promise.all(ids.map((id) => this.deliveries.get(tenant, id)));
    return withRefusals(
      this.log,
      rows.filter((row) => row !== undefined),
    );
  }
}
