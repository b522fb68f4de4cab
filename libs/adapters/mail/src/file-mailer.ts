import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Mailbox, MailFailure, type KeptMail, type Mail, type Mailer } from '@assent/ports';
import { messageOf } from './message.js';

export interface FileMailerOptions {
  /** Folder of the mails; made when there is none, for its owner alone. */
  readonly folder: string;
  readonly from: string;
  /** Epoch milliseconds: when a mail is kept. */
  readonly now: () => number;
  /** Mails that are kept; the oldest go first. */
  readonly limit?: number;
}

interface Kept {
  readonly number: number;
  readonly id: string;
}

const LIMIT = 500;
const NAME = /^(\d{9,15})-([A-Za-z0-9][A-Za-z0-9_-]{0,99})\.eml$/;

/**
 * Keeps mails as files instead of sending them: `<number>-<id>.eml` is the message, the `.json` beside it what it was
 * made of. A mail is on disk when `send` resolves, and whole or not there at all. One process at a time: the lock of the
 * data folder sees to that.
 */
export class FileMailer extends Mailbox implements Mailer {
  private readonly folder: string;
  /** Oldest first. */
  private readonly kept: Kept[];
  private last = Promise.resolve();

  constructor(private readonly options: FileMailerOptions) {
    super();
    this.folder = options.folder;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.kept = tidied(this.folder);
  }

  send(mail: Mail): Promise<void> {
    return this.inTurn(() => this.keep(mail));
  }

  override remove(id: string): Promise<void> {
    return this.inTurn(async () => {
      const index = this.kept.findIndex((one) => one.id === id);
      if (index < 0) return;
      await this.drop(this.kept[index]);
      await syncFolder(this.folder);
      this.kept.splice(index, 1);
    });
  }

  /** One change of the folder at a time. */
  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.last.then(change);
    this.last = done.catch(() => undefined); // told to whoever asked for it
    return done;
  }

  /** Resolves when what is being written is on disk. */
  close(): Promise<void> {
    return this.last;
  }

  override async list(limit: number): Promise<KeptMail[]> {
    const newest = this.kept.slice(Math.max(0, this.kept.length - limit)).reverse();
    const mails = await Promise.all(newest.map((one) => this.readOne(one)));
    return mails.filter((mail) => mail !== undefined);
  }

  override async read(id: string): Promise<KeptMail | undefined> {
    const found = this.kept.find((one) => one.id === id);
    return found && this.readOne(found);
  }

  private async keep(mail: Mail): Promise<void> {
    const keptAt = this.options.now();
    const raw = await messageOf(mail, { from: this.options.from, at: keptAt });
    if (this.kept.some(({ id }) => id === mail.id)) return;
    const one = { number: (this.kept.at(-1)?.number ?? 0) + 1, id: mail.id };
    try {
      await this.write(nameOf(one, 'json'), JSON.stringify({ ...mail, keptAt }));
      await this.write(nameOf(one, 'eml'), raw);
      await syncFolder(this.folder);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'no code';
      throw new MailFailure('temporary', `the mail could not be written (${code})`);
    }
    this.kept.push(one);
    while (this.kept.length > (this.options.limit ?? LIMIT)) await this.drop(this.kept.shift());
  }

  private async write(name: string, content: string | Buffer): Promise<void> {
    const path = join(this.folder, name);
    const file = await open(`${path}.part`, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
  }

  private async drop(one: Kept | undefined): Promise<void> {
    if (one === undefined) return;
    for (const kind of ['eml', 'json'] as const)
      await rm(join(this.folder, nameOf(one, kind)), { force: true });
  }

  /** `undefined` when its files were taken away. */
  private async readOne(one: Kept): Promise<KeptMail | undefined> {
    try {
      const [json, raw] = await Promise.all(
        (['json', 'eml'] as const).map((kind) => readFile(join(this.folder, nameOf(one, kind)), 'utf8')),
      );
      return { ...(JSON.parse(json ?? '') as Omit<KeptMail, 'raw'>), raw: raw ?? '' };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

const nameOf = ({ number, id }: Kept, kind: 'eml' | 'json'): string =>
  `${String(number).padStart(9, '0')}-${id}.${kind}`;

/** The mails of the folder, oldest first; what a killed process left half done is removed. */
function tidied(folder: string): Kept[] {
  const names = readdirSync(folder);
  const kept = names.flatMap((name): Kept[] => {
    const [, number, id] = NAME.exec(name) ?? [];
    return number === undefined || id === undefined ? [] : [{ number: Number(number), id }];
  });
  const whole = new Set(kept.flatMap((one) => [nameOf(one, 'eml'), nameOf(one, 'json')]));
  for (const name of names) {
    const isOurs = /^\d{9,15}-[\w-]+\.(?:json|eml)(?:\.part)?$/.test(name);
    if (isOurs && !whole.has(name)) rmSync(join(folder, name), { force: true });
  }
  return kept.sort((a, b) => a.number - b.number);
}

async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
