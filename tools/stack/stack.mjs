// stack up [SERVICE...]     starts kafka and mongodb (or the named one), waits until they answer, prints their addresses
// stack down [SERVICE...]   stops them; their data stay
// stack kill [SERVICE...]   ends them without warning (SIGKILL); the next `up` finds the same data at the same address
// stack wipe [SERVICE...]   stops them and removes their data
// stack run -- COMMAND...   runs a command with the addresses in its environment, and stops afterwards what it started
//
// --brokers 3   means a second Kafka, of three nodes, local only; `--node 2` stops or kills one of them.
// Where a service comes from: KAFKA_BROKERS or MONGODB_URI, if set; else a Docker engine, by docker-compose.yml; else
// local programs, installed at their first start. Data, logs and ports are in .stack/ (STACK_DIR moves it).
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { kafkaOf } from './kafka.mjs';
import { mongodb } from './mongodb.mjs';
import { down, isUp, up, wipe } from './service.mjs';

async function runWith([command, ...args], services) {
  if (command === undefined) throw new Error('stack run -- COMMAND: which command?');
  const ours = services.filter((service) => !isUp(service));
  try {
    const addresses = await Promise.all(services.map(up));
    const env = Object.fromEntries(services.map(({ variable }, index) => [variable, addresses[index]]));
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    process.exitCode = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    await Promise.all(ours.map((service) => down(service)));
  }
}

function parsed(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { brokers: { type: 'string' }, node: { type: 'string' } },
  });
  const [brokers, node] = [values.brokers ?? '1', values.node].map((text) => text && Number(text));
  if (![1, 3].includes(brokers)) throw new Error(`--brokers ${values.brokers}: 1 or 3`);
  if (node !== undefined && !(node >= 1 && node <= brokers))
    throw new Error(`--node ${values.node}: no such`);
  const services = values.brokers === undefined ? [kafkaOf(1), mongodb] : [kafkaOf(brokers)];
  const unknown = positionals.find((name) => !services.some(({ kind }) => kind === name));
  if (unknown)
    throw new Error(`stack: no service ${unknown} here; ${services.map(({ kind }) => kind).join(', ')}`);
  const asked = services.filter(({ kind }) => positionals.length === 0 || positionals.includes(kind));
  const everything = args.length === 0;
  return { services: asked, node, everything };
}

/** Without names, `down` and `wipe` mean the cluster of three as well. */
const all = ({ services, everything }) => (everything ? [...services, kafkaOf(3)] : services);
const each = (services, act) => Promise.all(services.map(act));

const verbs = {
  up: ({ services }) =>
    each(services, async (service) => console.log(`export ${service.variable}='${await up(service)}'`)),
  down: (asked) => each(all(asked), (service) => down(service, { node: asked.node })),
  kill: ({ services, node }) => each(services, (service) => down(service, { kill: true, node })),
  wipe: (asked) => each(all(asked), wipe),
};

try {
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'run') {
    await runWith(rest[0] === '--' ? rest.slice(1) : rest, parsed([]).services);
  } else if (Object.hasOwn(verbs, verb ?? '')) {
    await verbs[verb](parsed(rest));
  } else {
    throw new Error('stack: one of up, down, kill, wipe, run -- COMMAND');
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
