/** One tenant's folder: policy versions, texts, integrations, files of notices. Reads files, decides nothing. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { didYouMean } from './did-you-mean.js';

export interface File {
  /** `presentinfini/2.yaml` */
  readonly path: string;
  /** As parsed; undefined when it could not be. */
  readonly content: unknown;
}

const VERSION = /^([1-9]\d*)\.yaml$/;
const TEXTS = /^texts\.([a-zA-Z]+(?:-[a-zA-Z0-9]+)*)\.yaml$/;
const NAMES = ['1.yaml', 'integrations.yaml', 'texts.en.yaml', 'texts.fr.yaml', 'notices'];

export class TenantFolder {
  readonly faults: string[] = [];
  private readonly names: readonly string[];

  constructor(
    readonly tenant: string,
    private readonly path: string,
  ) {
    this.names = namesIn(path);
    for (const name of this.names) {
      if (!/\.ya?ml$/.test(name) || VERSION.test(name) || TEXTS.test(name) || name === 'integrations.yaml')
        continue;
      this.faults.push(
        `${tenant}/${name}: is no file of a tenant; allowed: 1.yaml, 2.yaml, …, texts.<locale>.yaml, integrations.yaml${didYouMean(name, NAMES)}`,
      );
    }
  }

  versions(): (File & { readonly version: number })[] {
    return this.names
      .flatMap((name) => {
        const version = VERSION.exec(name)?.[1];
        return version === undefined ? [] : { ...this.yaml(name), version: Number(version) };
      })
      .sort((a, b) => a.version - b.version);
  }

  texts(): (File & { readonly locale: string })[] {
    return this.names.flatMap((name) => {
      const locale = TEXTS.exec(name)?.[1];
      return locale === undefined ? [] : { ...this.yaml(name), locale };
    });
  }

  integrations(): File | undefined {
    return this.names.includes('integrations.yaml') ? this.yaml('integrations.yaml') : undefined;
  }

  notices(): { readonly name: string; readonly path: string; readonly content: string }[] {
    const folder = join(this.path, 'notices');
    return namesIn(folder).map((name) => ({
      name,
      path: `${this.tenant}/notices/${name}`,
      content: readFileSync(join(folder, name), 'utf8'),
    }));
  }

  private yaml(name: string): File {
    const path = `${this.tenant}/${name}`;
    const lines = new LineCounter();
    const document = parseDocument(readFileSync(join(this.path, name), 'utf8'), {
      prettyErrors: false,
      lineCounter: lines,
    });
    const { errors } = document;
    for (const { message, pos } of errors) {
      this.faults.push(`${path}: line ${lines.linePos(pos[0]).line}: ${message}`);
    }
    if (errors.length > 0) return { path, content: undefined };
    try {
      return { path, content: document.toJS() as unknown };
    } catch (error) {
      this.faults.push(`${path}: ${(error as Error).message}`);
      return { path, content: undefined };
    }
  }
}

/** The visible names in a folder, sorted; none when there is no such folder. */
export const namesIn = (folder: string): string[] =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    ? readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort()
    : [];
