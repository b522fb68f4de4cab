import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { ALL, lineage, maskAddress, type OppositionState } from '@assent/contract';
import { Policies, type Policy } from '@assent/policy';
import { Directory, Subjects, type LinkPayload, type ResolvedSubject } from '@assent/ports';
import type { Setting } from './document.page.js';
import { Links } from './links.service.js';
import { OppositionList } from './opposition-list.service.js';
import { languageOf, preferredLanguage, speak } from './page-texts.js';
import type { PurposeRow } from './preferences.page.js';
import { coveringObjection } from './questions.js';

/** What a token opens: whose address it is for, and how to speak to the person. Holds no clear personal data. */
export interface Visit {
  readonly link: LinkPayload;
  readonly who: ResolvedSubject;
  readonly setting: Setting;
  /** Name of the link's purpose as the person knows it. */
  readonly purpose: string;
}

/** Where a person stands, as the page of all messages shows it. */
export interface Picture {
  /** Masked; null when the clear address is not known. */
  readonly address: string | null;
  readonly purposes: readonly PurposeRow[];
  readonly allStoppedSince: string | null;
}

@Injectable()
export class PublicPages {
  constructor(
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly directory: Directory,
    private readonly links: Links,
    private readonly list: OppositionList,
    private readonly clock: Clock,
  ) {}

  /** `undefined` for every kind of wrong token alike. */
  async visit(
    use: 'unsubscribe' | 'preferences',
    token: string,
    acceptLanguage: string | undefined,
  ): Promise<Visit | undefined> {
    const link = this.links.read(use, token);
    if (link === undefined) return undefined;
    const who = await this.subjects.byKey(link.tenant, link.addressKey);
    const language = await this.language(link.tenant, who.subjectId, acceptLanguage);
    const { tenant } = link;
    const setting = {
      language,
      brand: this.policies.text(tenant, 'brand.name', language) ?? this.policy(tenant).brands[0] ?? tenant,
      styles: [this.links.path('assets', 'assent.css'), this.links.path('assets', 'brands', `${tenant}.css`)],
      say: speak(language, (key) => this.policies.text(tenant, key, language)),
    };
    return { link, who, setting, purpose: this.nameOf(tenant, link.purpose, language) };
  }

  /** For whoever comes with a link that is none of ours. */
  nowhere(acceptLanguage: string | undefined): Setting {
    const language = preferredLanguage(acceptLanguage, BUILT_IN) ?? 'en';
    const styles = [this.links.path('assets', 'assent.css')];
    return { language, brand: '', styles, say: speak(language, () => undefined) };
  }

  /** Every marketing purpose of the tenant, and whether the person has stopped it on all its channels. */
  async picture({ link, who, setting }: Visit): Promise<Picture> {
    const { tenant } = link;
    const now = this.clock.now();
    const policy = this.policy(tenant);
    const states = await this.list.states(tenant, who.keys);
    const format = { dateStyle: 'long', timeZone: policy.timezone } as const;
    const day = new Intl.DateTimeFormat(setting.language === 'en' ? 'en-GB' : setting.language, format);
    const declared = policy.purposes
      .filter((purpose) => purpose.class === 'marketing')
      .map((one) => one.declared);
    const purposes = [...new Set([...declared, link.purpose])].map((id) => {
      const since = stoppedSince(states, policy, id, now);
      const name = this.nameOf(tenant, id, setting.language);
      return { id, name, stoppedSince: since === null ? null : day.format(since) };
    });
    const everything = (await this.list.listed(tenant, who.keys, now)).find(
      ({ purpose, channel }) => purpose === ALL && channel === ALL,
    );
    const all = everything !== undefined && purposes.every((purpose) => purpose.stoppedSince !== null);
    const clear = await this.directory.address(tenant, link.addressKey, now);
    return {
      address: clear === undefined ? null : maskAddress(clear),
      purposes,
      allStoppedSince: all ? day.format(everything.since) : null,
    };
  }

  /** The tenant's name for the purpose; of a list it has not named, the parent's name and the list's own part. */
  nameOf(tenant: string, purpose: string, language: string): string {
    for (const ancestor of lineage(purpose)) {
      const name = this.policies.text(tenant, `purpose.${ancestor}`, language);
      if (name === undefined) continue;
      return ancestor === purpose ? name : `${name} (${purpose.slice(ancestor.length + 1)})`;
    }
    return purpose;
  }

  /** The person's language if it is known, else the browser's, else the tenant's; of those there are texts for. */
  private async language(
    tenant: string,
    subjectId: string | null,
    acceptLanguage: string | undefined,
  ): Promise<string> {
    const own = languageOf(this.policy(tenant).locale);
    const available = [own, ...BUILT_IN];
    const profile = subjectId === null ? undefined : await this.directory.profile(tenant, subjectId);
    const known = languageOf(profile?.locale ?? '');
    return available.includes(known) ? known : (preferredLanguage(acceptLanguage, available) ?? own);
  }

  private policy(tenant: string): Policy {
    return this.policies.at(tenant, this.clock.now());
  }
}

const BUILT_IN = ['en', 'fr'];

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
