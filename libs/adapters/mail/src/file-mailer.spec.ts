import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mailerContract, mailNamed } from '@assent/ports';
import { FileMailer } from './file-mailer.js';
import { parsed } from './parsed-spec.js';

const FROM = 'no-reply@consent.example.org';
const folders: string[] = [];
const newFolder = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), 'assent-mails-')));
  return join(folders.at(-1) ?? '', 'mails');
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

mailerContract('Files', () => {
  const folder = newFolder();
  return Promise.resolve({
    mailer: new FileMailer({ folder, from: FROM, now: () => 1_780_000_000_000 }),
    from: FROM,
    taken: () =>
      Promise.all(
        readdirSync(folder)
          .filter((name) => name.endsWith('.eml'))
          .map((name) => parsed(readFileSync(join(folder, name), 'utf8'), 'ada@example.org')),
      ),
    close: () => Promise.resolve(),
  });
});

describe('A mailbox of files', () => {
  let folder: string;
  let now: number;
  const opened = (limit?: number): FileMailer =>
    new FileMailer({ folder, from: FROM, now: () => now, ...(limit !== undefined && { limit }) });
  const ids = async (box: FileMailer, limit = 100): Promise<string[]> =>
    (await box.list(limit)).map(({ id }) => id);
  beforeEach(() => {
    folder = newFolder();
    now = 1_780_000_000_000;
  });

  it('gives back each mail as it was given, with when it was kept and what would have been sent', async () => {
    const box = opened();
    const mail = mailNamed('m1');
    await box.send(mail);
    const raw = readFileSync(
      join(folder, readdirSync(folder).find((name) => name.endsWith('.eml')) ?? ''),
      'utf8',
    );
    expect(await box.read('m1')).toEqual({ ...mail, keptAt: now, raw });
    expect(raw).toContain('Date: Thu, 28 May 2026 20:26:40 +0000\r\n');
    expect(await box.list(10)).toEqual([await box.read('m1')]);
    for (const unknown of ['m2', '', '../m1', 'm1.eml']) expect(await box.read(unknown)).toBeUndefined();
  });

  it('lists the newest first, also after the clock was set back, and not more than asked for', async () => {
    const box = opened();
    for (const id of ['m1', 'm2', 'm3']) {
      await box.send(mailNamed(id));
      now -= 86_400_000;
    }
    expect([await ids(box), await ids(box, 2), await ids(box, 0)]).toEqual([
      ['m3', 'm2', 'm1'],
      ['m3', 'm2'],
      [],
    ]);
  });

  it('keeps the same mail once, however often and however fast it comes', async () => {
    const box = opened();
    await Promise.all([1, 2, 3].map(() => box.send(mailNamed('m1'))));
    await opened().send(mailNamed('m1', { subject: 'again' }));
    expect(await ids(opened())).toEqual(['m1']);
    expect((await opened().read('m1'))?.subject).toBe(mailNamed('m1').subject);
  });

  it('keeps so many and no more: the oldest go, their files too', async () => {
    const box = opened(3);
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) await box.send(mailNamed(id));
    expect(await ids(box)).toEqual(['m5', 'm4', 'm3']);
    expect(readdirSync(folder)).toHaveLength(6);
    expect(await box.read('m1')).toBeUndefined();
  });

  it('has its mails again after a restart, in their order, and goes on behind them', async () => {
    const before = opened();
    for (const id of ['b', 'a']) await before.send(mailNamed(id));
    const after = opened();
    await after.send(mailNamed('c'));
    expect(await ids(opened())).toEqual(['c', 'a', 'b']);
  });

  it('is for its owner alone: the folder 0700, the files 0600', async () => {
    await opened().send(mailNamed('m1'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('starts anew with a mail that a killed process left half written, and leaves foreign files alone', async () => {
    await opened().send(mailNamed('m1'));
    for (const name of ['000000002-m2.json', '000000002-m2.eml.part', 'notes.txt'])
      writeFileSync(join(folder, name), 'cut');
    const box = opened();
    await box.send(mailNamed('m2'));
    expect(await ids(box)).toEqual(['m2', 'm1']);
    expect(readdirSync(folder).filter((name) => !/^00000000[12]-m[12]\.(eml|json)$/.test(name))).toEqual([
      'notes.txt',
    ]);
  });

  it('removes a mail for good, its files too, and goes on', async () => {
    const box = opened();
    for (const id of ['m1', 'm2', 'm3']) await box.send(mailNamed(id));
    for (const id of ['m2', 'm2', 'none']) await box.remove(id);
    await box.send(mailNamed('m4'));
    expect([await ids(box), await ids(opened())]).toEqual([
      ['m4', 'm3', 'm1'],
      ['m4', 'm3', 'm1'],
    ]);
    expect(readdirSync(folder).filter((name) => name.includes('m2'))).toEqual([]);
  });

  it('passes over mails whose files somebody removed', async () => {
    const box = opened();
    for (const id of ['m1', 'm2']) await box.send(mailNamed(id));
    rmSync(join(folder, '000000002-m2.eml'));
    expect([await ids(box), await box.read('m2')]).toEqual([['m1'], undefined]);
  });

  it('says that a mail was not taken when it cannot be written, and takes it when it can', async () => {
    const box = opened();
    rmSync(folder, { recursive: true });
    await expect(box.send(mailNamed('m1'))).rejects.toMatchObject({
      kind: 'temporary',
      message: 'the mail could not be written (ENOENT)',
    });
    opened();
    chmodSync(folder, 0o700);
    await box.send(mailNamed('m1'));
    expect(await ids(box)).toEqual(['m1']);
  });
});
