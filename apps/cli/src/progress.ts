export interface Progress {
  /** Without a total the end is not known beforehand. */
  begin(what: string, total?: number): void;
  add(count: number): void;
  end(): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 30;
const REDRAWN_MS = 100;
const TOLD_MS = 10_000;

/** A bar on a terminal; in a file or a pipe a line when something is done, and every ten seconds on the way. */
export function progressOn(output: Output, now: () => number = () => performance.now()): Progress {
  let what = '';
  let [done, shown] = [0, 0];
  let total: number | undefined = 0;
  const line = (): string =>
    `${what.padEnd(20)} ${done.toLocaleString('en')}${total === undefined ? '' : ` of ${total.toLocaleString('en')}`}`;
  const show = (isEnd: boolean): void => {
    shown = now();
    if (output.isTTY !== true) return void output.write(`${line()}\n`);
    const filled =
      total === undefined ? 0 : total === 0 ? BAR : Math.min(BAR, Math.round((done / total) * BAR));
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${line()}`.slice(
      0,
      (output.columns ?? 80) - 1,
    );
    output.write(`\r\u001b[K${bar}${isEnd ? '\n' : ''}`);
  };
  return {
    begin(name, count) {
      [what, total, done, shown] = [name, count, 0, now()];
    },
    add(count) {
      done += count;
      if (now() - shown >= (output.isTTY === true ? REDRAWN_MS : TOLD_MS)) show(false);
    },
    end: () => show(true),
  };
}
