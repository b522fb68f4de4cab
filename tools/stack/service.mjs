// One service, wherever it comes from: the address in its variable, else a Docker engine, else local programs.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { root } from '../workspace.mjs';
import { lastLines, pidOf, run, stop, textOf, until, works } from './processes.mjs';

const HEALTHY_WITHIN_MS = 60_000;
const stackDir = resolve(process.env.STACK_DIR ?? join(root, '.stack'));
const dirOf = ({ name }) => join(stackDir, name);
const addressFile = (service) => join(dirOf(service), 'address');

const COMPOSE_FILE = join(root, 'docker-compose.yml');
const compose = (...args) => run(stackDir, 'docker', ['compose', '-f', COMPOSE_FILE, ...args]);
const hasDocker =
  existsSync(COMPOSE_FILE) && works('docker', 'compose', 'version') && works('docker', 'info');
const inDocker = ({ composed }) => hasDocker && Boolean(composed);

/** What `up` wrote comes back through the environment of `run`: that one is ours, not given. */
function given({ variable }) {
  const address = process.env[variable];
  if (!address || !existsSync(stackDir)) return address;
  const ours = readdirSync(stackDir).map((name) => textOf(join(stackDir, name, 'address')));
  return ours.includes(address) ? undefined : address;
}

/** Resolves with the address when the service answers. */
export async function up(service) {
  const address = given(service);
  if (address !== undefined && address !== '') {
    if (await service.healthy(address)) return address;
    throw new Error(`${service.variable} is ${address}, but no ${service.name} answers there`);
  }
  return inDocker(service) ? upInDocker(service) : upLocally(service);
}

async function upInDocker(service) {
  const { service: name, address } = service.composed;
  compose('up', '-d', '--wait', name);
  await until(`${name} to answer at ${address}`, HEALTHY_WITHIN_MS, () => service.healthy(address));
  mkdirSync(dirOf(service), { recursive: true });
  writeFileSync(addressFile(service), address);
  return address;
}

async function upLocally(service) {
  const dir = dirOf(service);
  const address = await service.start(dir, install(service));
  writeFileSync(addressFile(service), address);
  await until(`${service.name} to answer at ${address}`, HEALTHY_WITHIN_MS, () => {
    const dead = service.programs(dir).find((program) => pidOf(program) === undefined);
    if (dead) throw new Error(`${service.name} ended while it started:\n${lastLines(dead)}`);
    return service.healthy(address);
  });
  return address;
}

/** Answers the folder it is installed in; installed anew when the recipe has changed. */
function install(service) {
  const folder = join(stackDir, service.installedIn);
  const done = join(folder, `installed-by-${basename(service.recipe)}`);
  const missing = service.missing();
  if (missing.length > 0) {
    throw new Error(
      [
        `${service.name} cannot be started here. Provide one of`,
        `the address of a running one, in ${service.variable}`,
        ...(service.composed ? ['a Docker engine with the compose plugin'] : []),
        missing.join(' and '),
      ].join('\n  - '),
    );
  }
  if (textOf(done) !== textOf(service.recipe)) {
    console.error(`installing ${service.kind} in ${folder}`);
    mkdirSync(folder, { recursive: true });
    service.install(folder);
    copyFileSync(service.recipe, done);
  }
  return folder;
}

/** Stops it, or kills it without warning; of a local cluster only the named node. A service that was given is left alone. */
export async function down(service, { kill = false, node } = {}) {
  if (given(service)) return;
  if (inDocker(service)) return void compose(kill ? 'kill' : 'stop', service.composed.service);
  const programs = service.programs(dirOf(service));
  const meant = node === undefined ? programs : programs.slice(node - 1, node);
  await Promise.all(meant.map((program) => stop(program, kill ? 'SIGKILL' : 'SIGTERM')));
}

export async function wipe(service) {
  await down(service);
  if (inDocker(service)) compose('rm', '--force', '--stop', '--volumes', service.composed.service);
  for (const program of service.programs(dirOf(service))) {
    rmSync(join(program, 'data'), { recursive: true, force: true });
  }
}

export const isUp = (service) =>
  Boolean(given(service)) ||
  (inDocker(service)
    ? compose('ps', '--status', 'running', '--quiet', service.composed.service) !== ''
    : service.programs(dirOf(service)).every((program) => pidOf(program) !== undefined));
