/** What the terminal shows: headings, lines that move, tables. On anything but a terminal every line stands once. */

const isTerminal = process.stdout.isTTY;
const style = (code: number, text: string): string => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = (text: string): string => style(1, text);
export const dim = (text: string): string => style(2, text);

const out = (text: string): void => void process.stdout.write(text);

let chapters = 0;
/** The next chapter, and in one sentence why it matters. */
export function chapter(title: string, why: string): void {
  chapters += 1;
  out(`\n${bold(`${chapters}. ${title}`)}\n${dim(why)}\n`);
}

export const fact = (text: string): void => out(`   ${text}\n`);

const WIDTH = 28;

/** A bar for long work: `of` is what there is to do, as far as it is known at the start. */
export function progress(label: string, of: number) {
  const started = performance.now();
  let shown = '';
  const draw = (done: number, end: string): void => {
    const all = Math.max(of, done);
    const part = all === 0 ? 1 : done / all;
    const filled = Math.round(part * WIDTH);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const line = `   ${'█'.repeat(filled)}${dim('░'.repeat(WIDTH - filled))} ${label} ${done}/${all} · ${seconds} s`;
    if (!isTerminal && end === '') return;
    if (line !== shown) out(`${isTerminal ? '\r\u001b[K' : ''}${line}`);
    shown = line;
    out(end);
  };
  return {
    at: (done: number) => draw(done, ''),
    end: (done = of) => {
      shown = '';
      draw(done, '\n');
    },
  };
}

/** Columns as wide as what they hold. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  out(`   ${bold(line(head))}\n   ${dim(widths.map((width) => '─'.repeat(width)).join('  '))}\n`);
  for (const row of rows) out(`   ${line(row)}\n`);
}
