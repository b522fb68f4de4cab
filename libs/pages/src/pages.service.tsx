import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import { lineage, maskAddress } from '@assent/contract';
import { Policies } from '@assent/policy';
import { Directory, Subjects, type LinkPayload, type LinkUse, type ResolvedSubject } from '@assent/ports';
import { sendPage, sendStatus, wantsPage } from './answers.js';
import { LinkUnknownPage } from './document.page.js';
import { FRAME_TEXTS, type FrameKey } from './frame-texts.js';
import { languageOf, preferredLanguage } from './language.js';
import { Links } from './links.service.js';
import type { Setting } from './setting.js';
import { STYLE_VERSION } from './style.js';
import { LANGUAGES, speak, type Catalogue } from './texts.js';

/** Who reads the page, as far as it is known. */
export interface Reader {
  /** The person whom the page is about; null when nobody is known. */
  readonly subjectId: string | null;
  /** The language asked for on the page itself; goes before everything else. */
  readonly locale?: string | undefined;
}

/** What the link of a message opens: whose address it is for, and how to speak to the person. No clear personal data. */
export interface Visit<K extends string> {
  readonly link: LinkPayload;
  readonly who: ResolvedSubject;
  readonly setting: Setting<K>;
  /** Name of the link's purpose as the person knows it. */
  readonly purpose: string;
}

/** What all pages are made of: whose page it is, in which language, how things are called. */
@Injectable()
export class Pages {
  constructor(
    private readonly policies: Policies,
    private readonly directory: Directory,
    private readonly subjects: Subjects,
    private readonly links: Links,
    private readonly clock: Clock,
  ) {}

  /** What a token of this use opens; `undefined` for every kind of wrong token alike. */
  async visit<K extends string>(
    texts: Catalogue<K>,
    use: LinkUse,
    token: string,
    request: Pick<FastifyRequest, 'headers'>,
  ): Promise<Visit<K | FrameKey> | undefined> {
    const link = this.links.read(use, token);
    if (link === undefined) return undefined;
    const who = await this.subjects.byKey(link.tenant, link.addressKey);
    const setting = await this.setting(texts, link.tenant, request, who);
    return { link, who, setting, purpose: this.nameOf(link.tenant, link.purpose, setting.language) };
  }

  /** A page of this tenant for this reader, with the sentences of the catalogue beside those of the frame. */
  async setting<K extends string>(
    texts: Catalogue<K>,
    tenant: string,
    { headers }: Pick<FastifyRequest, 'headers'>,
    reader: Reader = { subjectId: null },
  ): Promise<Setting<K | FrameKey>> {
    const { locale, timezone, brands } = this.policies.at(tenant, this.clock.now());
    const language = await this.language(tenant, languageOf(locale), headers['accept-language'], reader);
    const text = (key: string): string | undefined => this.policies.text(tenant, key, language);
    return {
      language,
      brand: text('brand.name') ?? brands[0] ?? tenant,
      controller: text('controller.name') ?? null,
      styles: [this.style(), this.links.path('assets', 'brands', `${tenant}.css`)],
      ...dates(language, timezone),
      say: speak(both(texts), language, text),
    };
  }

  /** For whoever comes with a link that is none of ours: nobody's page, in the language of the browser. */
  nowhere({ headers }: Pick<FastifyRequest, 'headers'>): Setting<FrameKey> {
    const language = preferredLanguage(headers['accept-language'], LANGUAGES) ?? LANGUAGES[0];
    const say = speak(FRAME_TEXTS, language, () => undefined);
    return { language, brand: '', controller: null, styles: [this.style()], ...dates(language, 'UTC'), say };
  }

  /** 404, the same for a forged, a cut and a foreign link: it tells nothing about anyone. */
  unknownLink(request: FastifyRequest, reply: FastifyReply): void {
    if (!wantsPage(request)) return sendStatus(reply, 404);
    sendPage(reply, 404, <LinkUnknownPage setting={this.nowhere(request)} />);
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

  /**
   * `a***@example.org`; null when nobody is known behind the address: what is held of one that objected, or of somebody
   * erased, is held for stopping only.
   */
  async masked({ link, who }: Pick<Visit<never>, 'link' | 'who'>): Promise<string | null> {
    if (!isKnown(who)) return null;
    const clear = await this.directory.address(link.tenant, link.addressKey, this.clock.now());
    return clear === undefined ? null : maskAddress(clear);
  }

  private style(): string {
    return this.links.path('assets', `assent.css?${STYLE_VERSION}`);
  }

  /** The one asked for, else the person's, else the browser's, else the tenant's; of those there are texts for. */
  private async language(
    tenant: string,
    own: string,
    accepted: string | undefined,
    { subjectId, locale }: Reader,
  ): Promise<string> {
    const available = [own, ...LANGUAGES];
    const profile = subjectId === null ? undefined : await this.directory.profile(tenant, subjectId);
    const known = [locale, profile?.locale]
      .map((tag) => languageOf(tag ?? ''))
      .find((tag) => available.includes(tag));
    return known ?? preferredLanguage(accepted, available) ?? own;
  }
}

/** Somebody is behind the address, and not erased. */
export const isKnown = ({ subjectId, state }: ResolvedSubject): boolean =>
  subjectId !== null && state !== null && state.erasedAt === null;

const both = <K extends string>({ en, fr }: Catalogue<K>): Catalogue<K | FrameKey> => ({
  en: { ...FRAME_TEXTS.en, ...en },
  fr: { ...FRAME_TEXTS.fr, ...fr },
});

type Dates = Pick<Setting<never>, 'day' | 'moment' | 'time'>;
const known = new Map<string, Dates>();

/** Days and times as a person of the language writes them, in the tenant's zone. Made once: making one takes a while. */
function dates(language: string, timeZone: string): Dates {
  const name = `${language} ${timeZone}`;
  const made = known.get(name) ?? makeDates(language, timeZone);
  known.set(name, made);
  return made;
}

function makeDates(language: string, timeZone: string): Dates {
  const locale = language === 'en' ? 'en-GB' : language;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone });
  return {
    day: (instant) => day.format(instant),
    moment: (instant) => moment.format(instant),
    time: (instant) => time.format(instant),
  };
}
