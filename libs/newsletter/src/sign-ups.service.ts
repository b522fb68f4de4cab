import { Injectable } from '@nestjs/common';
import type { NoticeRef } from '@assent/contract';
import { lineage } from '@assent/contract';
import { ProblemError } from '@assent/http';
import { Policies } from '@assent/policy';
import { Directory, Subjects, type ResolvedSubject } from '@assent/ports';
import { SUBSCRIBED_CHANNEL } from './in-force.js';

/** Someone whose e-mail address is known, registered by now. */
export interface Addressee {
  readonly subjectId: string;
  readonly addressKey: string;
}

/** What every sign-up needs, whichever door it comes through: a list to join, a notice that was shown, an address. */
@Injectable()
export class SignUps {
  constructor(
    private readonly subjects: Subjects,
    private readonly directory: Directory,
    private readonly policies: Policies,
  ) {}

  /** Whether the policy in force at `at` lets people subscribe to the purpose: marketing, by e-mail. */
  isList(tenant: string, purpose: string, at: number): boolean {
    const rules = this.policies.at(tenant, at).purpose(purpose);
    return rules?.class === 'marketing' && rules.channels.includes(SUBSCRIBED_CHANNEL);
  }

  /** `ref` as a client names it; 422 when it was not in force. */
  noticeNamed(tenant: string, ref: string | undefined, at: number): NoticeRef {
    const notice = ref === undefined ? undefined : this.policies.notice(tenant, ref, at);
    if (notice === undefined || (ref?.includes('@') && !this.policies.isCurrent(tenant, ref, at))) {
      const detail = '/notice must name the notice that was in force when the person signed up.';
      throw new ProblemError('notice-not-current', detail);
    }
    const { id, version, digest } = notice;
    return { id, version, digest };
  }

  /** The notice of the list, or of what it belongs to; `undefined` when the tenant has written none. */
  noticeFor(tenant: string, purpose: string, at: number) {
    for (const id of lineage(purpose)) {
      const notice = this.policies.notice(tenant, id, at);
      if (notice !== undefined) return notice;
    }
    return undefined;
  }

  /** Its words in the language, else in English, else in whichever it is written. */
  noticeText(tenant: string, ref: NoticeRef, language: string, at: number): string {
    const texts = this.policies.notice(tenant, `${ref.id}@${ref.version}`, at)?.texts ?? {};
    return texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? '';
  }

  /** The person behind the reference, registered if the address is new; their language is kept if none is known. */
  async addressee(
    tenant: string,
    found: ResolvedSubject,
    { at, actor, locale }: { at: number; actor: string; locale: string | undefined },
  ): Promise<Addressee> {
    let who = found;
    if ((who.subjectId === null || isErased(who)) && who.address?.kind === 'email') {
      who = await this.subjects.register(tenant, who.address, {
        ...{ source: 'subscription', at, actor, own: false },
      });
    }
    if (who.subjectId === null || isErased(who)) {
      throw new ProblemError('subject-unknown', 'Nobody is registered under this reference.');
    }
    const addressKey = who.address?.kind === 'email' ? who.key : emailOf(who);
    if (addressKey === null) throw new ProblemError('undeliverable', 'The person has no e-mail address.');
    if (locale !== undefined && (await this.directory.profile(tenant, who.subjectId))?.locale == null) {
      await this.directory.setProfile(tenant, who.subjectId, { locale });
    }
    return { subjectId: who.subjectId, addressKey };
  }
}

const isErased = ({ state }: ResolvedSubject): boolean => (state?.erasedAt ?? null) !== null;

const emailOf = ({ state }: ResolvedSubject): string | null =>
  state?.addresses.find(({ kind, removedAt }) => kind === 'email' && removedAt === null)?.key ?? null;
