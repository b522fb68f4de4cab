// docs/benchmarks: the raw pairs, a table and a plot. A bench that ran replaces its own results only.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.mjs';
import { BENCHES, MISSING } from './list.mjs';
import { CONTACTS } from './measure.mjs';

const dir = join(root, 'docs/benchmarks');
const file = join(dir, 'results.json');

export const passes = ({ less, gate }, ratio) => gate === undefined || (less ? ratio <= gate : ratio >= gate);

const number = (value) =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(2)}M`
    : value >= 1e4
      ? `${Math.round(value / 1e3)}k`
      : value.toPrecision(3);

export function keep(name, result, machine) {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  all[name] = { machine, contacts: CONTACTS, ...result };
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(all, null, 1)}\n`);
  const known = Object.entries(BENCHES).filter(([one]) => all[one] !== undefined);
  writeFileSync(join(dir, 'README.md'), page(known, all));
  writeFileSync(join(dir, 'ratios.svg'), plot(known, all));
}

export function line(name, { ratio, ours, baseline, busyPairs = 0, raw }) {
  const bench = BENCHES[name];
  const verdict = bench.gate === undefined ? '' : passes(bench, ratio) ? ' passes' : ' MISSES';
  const busy = busyPairs > 0 ? `, ${busyPairs} of ${raw.length} pairs on a busy machine` : '';
  return (
    `${bench.id} ${name}: ${ratio.toPrecision(3)} (gate ${bench.gate ?? '-'}, moonshot ${bench.moonshot ?? '-'})${verdict}; ` +
    `${number(ours)} against ${number(baseline)} ${bench.unit}${busy}`
  );
}

function page(known, all) {
  const rows = known.map(([name, { id, title, gate, moonshot, unit, cpu, mark, less }]) => {
    const { ratio, ours, baseline, oursCpu, baselineCpu, raw, busyPairs = 0, machine } = all[name];
    const ratios = raw.map((pair) => pair.ratio);
    const spread = `${Math.min(...ratios).toPrecision(2)}-${Math.max(...ratios).toPrecision(2)}`;
    const costs = cpu === undefined ? '' : `${number(oursCpu)} / ${number(baselineCpu)} ${cpu}`;
    const goal = gate === undefined ? `(${mark ?? ''})` : `${less ? '≤' : '≥'} ${gate} (${moonshot})`;
    return `| ${id} \`${name}\` | ${title.replace('1M', number(all[name].contacts ?? 1e6))} | **${ratio.toPrecision(3)}** (${spread}) | ${goal} | ${number(ours)} / ${number(baseline)} ${unit} | ${costs} | ${busyPairs}/${raw.length} | ${machine.date.slice(0, 10)} |`;
  });
  const machines = new Set(
    known.map(([name]) => {
      const { cpu, cores, memoryGiB, node } = all[name].machine;
      return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`;
    }),
  );
  return `# Benchmarks

Written by \`npm run bench\`, which runs baseline and product in one run: interleaved pairs after one to warm up, the median of the ratios of the pairs, and their range. Only ratios within a run can be compared with those of another.
\`npm run bench -- NAME…\` runs some, \`npm run bench -- --gate\` fails when a gate is missed. The raw pairs are in \`results.json\`.

Machine: ${[...machines].join('; ')}. Server on one core, load on the other, loopback, disk as it is. A pair counts as busy when other processes took more than 10 % of the machine; it is tried again, and kept when it stays so.

![Ratios beside gates and moonshots](ratios.svg)

| bench | compared | ratio (range) | gate (moonshot) | ours / baseline | CPU of the server | busy pairs | day |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

What each is not:
- E3 to E5: the verdicts are put into the product's index as its compiler would put them; no records stand behind them. The route, the kernel, the table and the answers are the product's, and every answer is compared with the model.
- E1, E7, P1: the persons are registered by the doors, some thousands of them; every click of E7 and P1 records an objection of another person.

Where a gate is missed, and what is known of it:
- E1: an answer that was given before is told again until a write or time may change it, before Nest; what is left beside a bare route are the hooks of every answer (headers, one count, one id), the body's checks, the digest of the key and the address key. E1 (first) makes each answer from the records: claims and six heads unpacked, the rules walked.
- E2: the load generator makes the batches too, on the core on which it measures; a busy machine shows in both figures. Whether batches need a thread of their own is to be read from a quiet one.
- A bench that was broken off had left two idle servers of its own running beside E2, E11 and the last run of E1 of 2026-11-24.
- E6: events go through the store's own encoding into three trees and come back to the process for each commit; there is no hash chain yet, and one disk profile, as it is: nothing can be put into the store's synchronisation.
- E11: there is no chain to verify; what is built anew is the index, and each address costs reading its records and deciding every pair of the policy, so the ratio is to another kind of work. There is no snapshot: at a start answers come from the records until the index is there.
- E1 is asked about 2,000 persons in turn, so nearly every answer was given before; answers about 100,000 addresses are kept. With a million in turn, as E1 is meant, each would be made from the records: then E1 (first) is the figure.
- P1, E7: a click waits for one group commit: the sealed evidence is committed ahead of the event that names it. The CPU of a click includes all that follows from it after the answer, since every consumer of the feed runs in the process: reactions, agenda, planning, verdicts.
- E9 scan: waking somebody is two durable commits (the event, the next wake-up), asking somebody is one read; with one in a hundred due, waking decides the ratio.
- E10: the CPU of a contact includes all that follows from it in the process: the prospect's registration, verdicts, plans, each with commits of its own. The import itself is four commits for a new person with a consent (claim; address and evidence; registration; consent), and waits for the disk at the last two. Taken out so far: a second sealing of the same evidence, a copy of each event for each consumer. Next: one commit for all persons of a group of lines, and rows without class-validator.

A row with fewer than seven pairs shows where things are, no more; so does one whose pairs were busy.

Not measured yet:
${Object.entries(MISSING)
  .map(([name, why]) => `- ${name}: ${why}.`)
  .join('\n')}
`;
}

const WIDTH = 760;
const ROW = 34;

/** Bars of ratio divided by gate, on a logarithmic scale: right of the line is better than the gate. */
function plot(known, all) {
  const gated = known.filter(([, { gate }]) => gate !== undefined);
  const height = 50 + gated.length * ROW;
  const x = (share) => 470 + Math.max(-1, Math.min(1, Math.log10(share))) * 240;
  const better = ({ less, gate }, ratio) => (less ? gate / ratio : ratio / gate);
  const bars = gated.map(([name, bench], index) => {
    const y = 40 + index * ROW;
    const { ratio } = all[name];
    const end = x(better(bench, ratio));
    const moon = x(better(bench, bench.moonshot));
    return [
      `<text x="8" y="${y + 15}">${bench.id} ${name}</text>`,
      `<rect x="${Math.min(end, 470)}" y="${y}" width="${Math.abs(end - 470).toFixed(1)}" height="20" fill="${end >= 470 ? '#2a7' : '#c43'}"/>`,
      `<line x1="${moon}" x2="${moon}" y1="${y - 3}" y2="${y + 23}" stroke="#36c" stroke-width="2"/>`,
      `<text x="${end >= 470 ? end + 5 : end - 5}" y="${y + 15}" text-anchor="${end >= 470 ? 'start' : 'end'}">${ratio.toPrecision(3)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="20">Ratio to the gate (black line), logarithmic; blue: the moonshot</text>
${bars.join('\n')}
<line x1="470" x2="470" y1="30" y2="${height - 8}" stroke="#000"/>
</svg>
`;
}
