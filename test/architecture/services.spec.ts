import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nginxConfiguration, SERVICES, serviceOf } from '@assent/gateway';
import { EventFeed } from '@assent/ports';
import { assemble, describeApi, quiet, readConfig, type Service } from '@assent/profile';
import { read, root } from './repository.js';

interface Seen {
  readonly service: Service;
  readonly paths: string[];
  readonly reactions: string[];
}

/** What a service mounts, seen from outside: its description, and who follows its feed. */
async function seen(app: string): Promise<Seen> {
  const module = (await import(`${root}apps/${app}/dist/service.js`)) as Record<string, Service>;
  const [service] = Object.values(module);
  if (service === undefined) throw new Error(`${app} exports no service`);
  const dataDir = mkdtempSync(join(tmpdir(), 'assent-services-'));
  const config = readConfig({ ASSENT_DATA_DIR: dataDir, ASSENT_POLICIES_DIR: `${root}policies` });
  const { app: nest } = await assemble(service, config, quiet());
  await nest.init();
  const paths = Object.keys(describeApi(nest).paths);
  await nest.startAllMicroservices();
  const reactions = nest
    .get(EventFeed)
    .status()
    .map(({ consumer }) => consumer);
  await nest.close();
  rmSync(dataDir, { recursive: true });
  return { service, paths, reactions };
}

describe('The six services', () => {
  const all = new Map<string, Seen>();
  let standalone: Seen;
  beforeAll(async () => {
    for (const name of SERVICES) all.set(name, await seen(name));
    standalone = await seen('standalone');
  }, 120_000);

  const everything = <T>(of: (one: Seen) => readonly T[]): T[] => [...all.values()].flatMap(of);

  it.each(SERVICES)('%s bears its name, and serves only routes that the table sends there', (name) => {
    const { service, paths } = all.get(name) as Seen;
    expect(service.name).toBe(name);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(`${path} ${serviceOf(path)}`).toBe(`${path} ${name}`);
  });

  it('serve together what the one process serves, each route once', () =>
    expect(everything(({ paths }) => paths).sort()).toEqual([...standalone.paths].sort()));

  it('react together as the one process does, each reaction in one service', () => {
    const embedded = ['standalone.forget-kept-mails']; // of the mailbox, which only the one process has
    const expected = standalone.reactions.filter((name) => !embedded.includes(name));
    expect(expected.length).toBeGreaterThan(8);
    expect(everything(({ reactions }) => reactions).sort()).toEqual(expected.sort());
  });

  it('wake together every concept, each in one service, and one of them delivers', () => {
    const names = (one: Seen) => one.service.wakers.map(({ name }) => name);
    expect(everything(names).sort()).toEqual(names(standalone).sort());
    expect(everything(({ service }) => (service.delivers ? [service.name] : []))).toEqual(['delivery']);
  });

  it('stand behind a gateway whose configuration is made from the same table', () =>
    expect(read('apps/gateway/nginx.conf')).toBe(nginxConfiguration()));
});
