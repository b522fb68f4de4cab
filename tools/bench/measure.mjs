// Interleaved pairs: A, B, A, B … The result is the median of the ratios of each pair, never a ratio of two runs.
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';

const TICK_MS = 10; // USER_HZ is 100 wherever Linux runs
/** Above this share of foreign load (and stolen time) a pair is tried again. */
const BUSY = 0.1;

/** `--name=N`, a number of the command line. */
export const numberOf = (name, otherwise) =>
  Number(new RegExp(`^--${name}=(\\d+)$`, 'm').exec(process.argv.join('\n'))?.[1] ?? otherwise);

/** `--pairs=N`: seven or more for a result that counts; fewer only to see where things are. */
export const PAIRS = numberOf('pairs', 7);
/** `--contacts=N`: how many the batches are about. */
export const CONTACTS = numberOf('contacts', 1_000_000);

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
export const quantile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

/** User and system time of a process, in milliseconds. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function machineTimes() {
  const [user, nice, system, , , irq, soft, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) * TICK_MS);
  return user + nice + system + irq + soft + steal;
}

/** Runs `work`; answers its result with the milliseconds, the CPU of the process, and the share of foreign load. */
export async function timed(pid, work) {
  const own = () => cpuOf(process.pid) + (pid === process.pid ? 0 : cpuOf(pid));
  const [busy, mine, cpu, start] = [machineTimes(), own(), cpuOf(pid), performance.now()];
  const result = await work();
  const ms = performance.now() - start;
  const foreign = Math.max(0, machineTimes() - busy - (own() - mine)) / (ms * cpus().length);
  return { result, ms, cpuMs: cpuOf(pid) - cpu, foreign };
}

/**
 * `pairs` pairs of `{ value, cpuPerUnit, foreign }` after one to warm up. A pair on a busy machine is tried again,
 * some times in all; what is busy still is kept and marked.
 */
export async function interleaved({ pairs = PAIRS, ours, baseline, ratio }) {
  await baseline();
  await ours();
  const raw = [];
  for (let again = pairs; raw.length < pairs;) {
    const [b, o] = [await baseline(), await ours()];
    const busy = Math.max(b.foreign, o.foreign);
    if (busy > BUSY && again-- > 0) continue;
    raw.push({ baseline: b, ours: o, ratio: ratio(o.value, b.value), busy: busy > BUSY });
  }
  const of = (pick) => median(raw.map(pick));
  return {
    ratio: of((pair) => pair.ratio),
    ours: of((pair) => pair.ours.value),
    baseline: of((pair) => pair.baseline.value),
    oursCpu: of((pair) => pair.ours.cpuPerUnit ?? 0),
    baselineCpu: of((pair) => pair.baseline.cpuPerUnit ?? 0),
    busyPairs: raw.filter((pair) => pair.busy).length,
    raw,
  };
}

export const machine = () => ({
  date: new Date().toISOString(),
  node: process.version,
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
});
