// bench [NAME…] [--gate]   Runs the benches by name, or all, and writes docs/benchmarks. With --gate it fails when one
// misses its gate. Nothing here is a test: results depend on the machine and on what else it does.
import { execFileSync } from 'node:child_process';
import { BENCHES, MISSING } from './bench/list.mjs';
import { machine } from './bench/measure.mjs';
import { keep, line, passes } from './bench/report.mjs';
import { pinLoad } from './bench/servers.mjs';
import { root } from './workspace.mjs';

const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const stackless = Object.keys(BENCHES).filter((name) => !BENCHES[name].stack);
const chosen = names.length > 0 ? names : stackless; // what needs the stack is run by name
const built = chosen.some((name) => BENCHES[name].stack)
  ? '@assent/standalone,@assent/test'
  : '@assent/standalone';
if (!process.argv.includes('--built'))
  execFileSync('node_modules/.bin/nx', ['run-many', '-t', 'build', '-p', built], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
if (chosen.every((name) => !BENCHES[name].stack)) pinLoad(); // services take the cores of whoever starts them
let missed = 0;
for (const name of chosen) {
  const result = await BENCHES[name].run();
  keep(name, result, machine());
  console.log(line(name, result));
  if (!passes(BENCHES[name], result.ratio)) missed += 1;
}
if (names.length === 0)
  for (const [name, why] of Object.entries(MISSING)) console.log(`${name}: not measured: ${why}`);
if (process.argv.includes('--gate') && missed > 0) process.exitCode = 1;
