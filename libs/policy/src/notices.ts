import { createHash } from 'node:crypto';
import { parseInstant } from './calendar.js';
import type { Notice } from './rules.js';
import type { TenantFolder } from './tenant-folder.js';

const NAME = /^([a-z][a-zA-Z0-9-]*(?:\.[a-z][a-zA-Z0-9-]*)*)@([1-9]\d*)\.([a-zA-Z]+(?:-[a-zA-Z0-9]+)*)\.md$/;
const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/;

interface Part {
  readonly id: string;
  readonly version: number;
  readonly texts: Record<string, string>;
  readonly starts: Set<number>;
}

/**
 * The notices of a tenant by `id@version`. A later version needs `effectiveFrom` in the front matter of one of its
 * languages at least; all that say it agree. Faults go to the folder.
 */
export function readNotices(folder: TenantFolder, timezone: string): Map<string, Notice> {
  const parts = new Map<string, Part>();
  for (const { name, path, content } of folder.notices()) {
    const [, id, version, locale] = NAME.exec(name) ?? [];
    if (id === undefined || version === undefined || locale === undefined) {
      folder.faults.push(`${path}: is not named <id>@<version>.<locale>.md`);
      continue;
    }
    const ref = `${id}@${version}`;
    const part = parts.get(ref) ?? { id, version: Number(version), texts: {}, starts: new Set() };
    const text = content.replace(FRONT_MATTER, '');
    if (text.trim() === '') folder.faults.push(`${path}: is empty`);
    part.texts[locale] = text;
    const written = effectiveFrom(content);
    const start = written === undefined ? undefined : parseInstant(written, timezone);
    if (start !== undefined) part.starts.add(start);
    else if (written !== undefined)
      folder.faults.push(`${path}: effectiveFrom "${written}" is not an RFC 3339 instant or a date`);
    parts.set(ref, part);
  }
  checkOrder([...parts.values()], folder);
  return new Map([...parts].map(([ref, part]) => [ref, noticeOf(part)]));
}

const effectiveFrom = (content: string): string | undefined =>
  /^effectiveFrom:\s*(['"]?)([^'"#\r\n]+?)\1\s*(?:#.*)?$/m.exec(FRONT_MATTER.exec(content)?.[1] ?? '')?.[2];

function checkOrder(parts: readonly Part[], { tenant, faults }: TenantFolder): void {
  for (const id of new Set(parts.map((part) => part.id))) {
    const versions = parts.filter((part) => part.id === id).sort((a, b) => a.version - b.version);
    let before = -Infinity;
    versions.forEach(({ version, starts }, index) => {
      const at = `${tenant}/notices/${id}@${version}`;
      if (version !== (versions[index - 1]?.version ?? 0) + 1)
        faults.push(`${at}: version ${version - 1} is missing before it`);
      if (starts.size > 1) faults.push(`${at}: its languages name different instants as effectiveFrom`);
      const [start] = starts;
      if (version === 1) return;
      if (start === undefined) faults.push(`${at}: a later version needs effectiveFrom in its front matter`);
      else if (start <= before) faults.push(`${at}: effectiveFrom is not after that of the version before`);
      before = start ?? before;
    });
  }
}

/** The digest covers every language, in the order of the locales: `locale NUL text NUL …`, front matter left out. */
function noticeOf({ id, version, texts, starts }: Part): Notice {
  const digest = createHash('sha256');
  for (const locale of Object.keys(texts).sort()) digest.update(`${locale}\0${texts[locale] ?? ''}\0`);
  const [start = Infinity] = starts;
  return {
    id,
    version,
    digest: digest.digest('hex'),
    texts,
    effectiveFrom: version === 1 ? -Infinity : start,
  };
}
