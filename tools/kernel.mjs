// kernel [--check]   Compiles libs/eligibility/assembly/kernel.ts (AssemblyScript) into libs/eligibility/src/kernel-wasm.ts,
// so that neither build nor start needs the compiler; with --check only says whether it is out of date.
import asc from 'assemblyscript/asc';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const SOURCE = 'libs/eligibility/assembly/kernel.ts';
const MADE = 'libs/eligibility/src/kernel-wasm.ts';
const OPTIONS = '--runtime stub --enable simd -O3 --noAssert --outFile kernel.wasm'.split(' ');

const text = readFileSync(join(root, SOURCE), 'utf8');
let wasm = new Uint8Array();
const { error, stderr } = await asc.main(['kernel.ts', ...OPTIONS], {
  readFile: (name) => (name === 'kernel.ts' ? text : null),
  writeFile: (_, contents) => void (wasm = contents),
  listFiles: () => [],
});
if (error) throw new Error(`${SOURCE} does not compile: ${stderr.toString()}`, { cause: error });

const made = `/** Made from assembly/kernel.ts by \`npm run kernel\`. WebAssembly, base64. */
export const KERNEL =
  '${Buffer.from(wasm).toString('base64')}';
`;
if (process.argv.includes('--check')) {
  if (readFileSync(join(root, MADE), 'utf8') !== made) {
    console.log(`${MADE} is out of date: npm run kernel`);
    process.exitCode = 1;
  }
} else writeFileSync(join(root, MADE), made);
