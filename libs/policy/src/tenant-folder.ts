/** One tenant's folder: policy versions, notices, texts, integrations. Reads files, decides nothing. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { parseInstant } from './calendar.js';
import type { Notice } from './rules.js';

export interface File {
  readonly path: string;
  /** As parsed; undefined when it could not be. */
  readonly content: unknown;
}

const NOTICE = /^([a-zA-Z][a-zA-Z0-9.-]*)@([1-9]\d*)\.([a-zA-Z-]+)\.md$/;
const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/;

export class TenantFolder {
  readonly faults: string[] = [];

  constructor(
    readonly tenant: string,
    private readonly path: string,
  ) {}

  private names(folder = ''): string[] {
    try {
      return readdirSync(join(this.path, folder)).sort();
    } catch {
      return [];
    }
  }

  yaml(name: string): File | undefined {
    if (!this.names().includes(name)) return undefined;
    const path = `${this.tenant}/${name}`;
    const document = parseDocument(readFileSync(join(this.path, name), 'utf8'), { prettyErrors: false });
    for (const { message, linePos } of document.errors) {
      this.faults.push(`${path}: line ${linePos?.[0].line ?? '?'}: ${message}`);
    }
    return { path, content: document.errors.length > 0 ? undefined : (document.toJS() as unknown) };
  }

  versions(): (File & { readonly version: number })[] {
    const found = this.names().flatMap((name) => /^([1-9]\d*)\.ya?ml$/.exec(name)?.slice(0, 2) ?? []);
    const versions: (File & { version: number })[] = [];
    for (let index = 0; index < found.length; index += 2) {
      const file = this.yaml(found[index] ?? '');
      if (file) versions.push({ ...file, version: Number(found[index + 1]) });
    }
    return versions.sort((a, b) => a.version - b.version);
  }

  texts(): Map<string, Record<string, unknown>> {
    const texts = new Map<string, Record<string, unknown>>();
    for (const name of this.names()) {
      const locale = /^texts\.([a-zA-Z-]+)\.ya?ml$/.exec(name)?.[1];
      const content = locale === undefined ? undefined : this.yaml(name)?.content;
      if (locale && typeof content === 'object' && content !== null)
        texts.set(locale, content as Record<string, unknown>);
    }
    return texts;
  }

  /** By `id@version`; the digest covers the texts of all languages in the order of their locales. */
  notices(timezone: string): Map<string, Notice> {
    const parts = new Map<string, { texts: Record<string, string>; effectiveFrom: number | undefined }>();
    for (const name of this.names('notices')) {
      const [, id, version, locale] = NOTICE.exec(name) ?? [];
      if (id === undefined || version === undefined || locale === undefined) {
        this.faults.push(`${this.tenant}/notices/${name}: the name must be <id>@<version>.<locale>.md`);
        continue;
      }
      const ref = `${id}@${version}`;
      const part = parts.get(ref) ?? { texts: {}, effectiveFrom: undefined };
      const raw = readFileSync(join(this.path, 'notices', name), 'utf8');
      part.texts[locale] = raw.replace(FRONT_MATTER, '');
      part.effectiveFrom ??= this.effectiveFrom(name, raw, timezone);
      parts.set(ref, part);
    }
    const notices = new Map<string, Notice>();
    for (const [ref, { texts, effectiveFrom }] of parts) {
      const [id = '', version = ''] = ref.split('@');
      if (version !== '1' && effectiveFrom === undefined) {
        this.faults.push(
          `${this.tenant}/notices/${ref}: a later version needs effectiveFrom in its front matter`,
        );
      }
      const digest = createHash('sha256');
      for (const locale of Object.keys(texts).sort()) digest.update(`${locale}\0${texts[locale] ?? ''}\0`);
      notices.set(ref, {
        id,
        version: Number(version),
        digest: digest.digest('hex'),
        texts,
        effectiveFrom: version === '1' ? -Infinity : (effectiveFrom ?? Infinity),
      });
    }
    return notices;
  }

  private effectiveFrom(name: string, raw: string, timezone: string): number | undefined {
    const written = /^effectiveFrom:\s*['"]?([^'"\r\n]+?)['"]?\s*$/m.exec(
      FRONT_MATTER.exec(raw)?.[1] ?? '',
    )?.[1];
    if (written === undefined) return undefined;
    const instant = parseInstant(written, timezone);
    if (instant === undefined) {
      this.faults.push(
        `${this.tenant}/notices/${name}: effectiveFrom "${written}" is not an RFC 3339 instant or a date`,
      );
    }
    return instant;
  }
}
