import { readConfig, VARIABLES } from '@assent/profile';
import { SERVICES } from '@assent/gateway';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { read, readJson } from './repository.js';

interface Service {
  readonly image: string;
  readonly command?: string[];
  readonly ports?: string[];
  readonly environment?: Record<string, string | number>;
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: { test?: string[]; disable?: boolean };
  readonly volumes?: string[];
}
interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
}

const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'assent');
const settings = new Set<string>(VARIABLES.map(({ name }) => name));

/** The environment as compose makes it from a `.env` with these settings. */
const environmentOf = ({ environment = {} }: Service, env: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(
        /\$\{(\w+)(?::-([^}]*))?\}/g,
        (_, variable: string, otherwise?: string) => env[variable] ?? otherwise ?? '',
      ),
    ]),
  );

describe('docker-compose.yml', () => {
  it('follows the compose specification', () => {
    // Its $schema is spelled with https, which ajv does not know.
    const published = readJson('node_modules/dclint/schemas/compose.schema.json') as object;
    const valid = new Ajv({ strict: false }).compile({ ...published, $schema: undefined });
    valid(compose);
    expect(valid.errors).toBeNull();
  });

  it('runs the six services, each from its own app, after the deploy step has made what they need', () => {
    expect(ours.map(([name]) => name).sort()).toEqual([...SERVICES, 'deploy'].sort());
    for (const [name, { command, depends_on }] of ours.filter(([name]) => name !== 'deploy')) {
      expect(command).toEqual(['node', `apps/${name}/dist/main.js`]);
      expect(depends_on).toEqual({ deploy: { condition: 'service_completed_successfully' } });
    }
    expect(compose.services['deploy']).toMatchObject({
      command: ['node', 'apps/cli/dist/main.js', 'prepare'],
      depends_on: { kafka: { condition: 'service_healthy' }, mongodb: { condition: 'service_healthy' } },
    });
    expect(Object.keys(compose.services['gateway']?.depends_on ?? {}).sort()).toEqual([...SERVICES].sort());
  });

  it('sets only what the services read, and reads only from .env what they read too', () => {
    for (const [, { environment = {} }] of ours)
      expect(Object.keys(environment).filter((name) => !settings.has(name))).toEqual([]);
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
    expect(asked.filter((name) => !settings.has(name))).toEqual([]);
  });

  it('gives every service settings that it starts with, once .env holds the secrets', () => {
    const env = {
      ASSENT_SECRET: Buffer.alloc(32, 1).toString('base64'),
      ASSENT_SMTP_URL: 'smtps://user:password@mail.example.org',
      ASSENT_MAIL_FROM: 'no-reply@example.org',
    };
    for (const [, service] of ours) {
      const config = readConfig(environmentOf(service, env));
      expect(config.store).toMatchObject({ kind: 'distributed', brokers: ['kafka:9092'] });
      expect([config.port, config.host, config.testClock]).toEqual([8080, '0.0.0.0', false]);
    }
  });

  it('holds no secret: without .env a service says which it needs', () => {
    const [, service] = ours[0] ?? [];
    expect(() => service && readConfig(environmentOf(service))).toThrow('ASSENT_SECRET');
    const secret = new Set<string>(VARIABLES.filter((one) => 'secret' in one).map(({ name }) => name));
    for (const [, { environment = {} }] of ours)
      for (const [name, value] of Object.entries(environment))
        if (secret.has(name) && name !== 'MONGODB_URI') expect(value).toMatch(/^\$\{\w+:-\}$/);
    expect(compose.services['deploy']?.environment?.['MONGODB_URI']).not.toContain('@');
  });

  it('asks the broker and the database at the addresses they give out', () => {
    const [, { environment = {} }] = ours[0] ?? ['', {}];
    const kafka = compose.services['kafka']?.environment ?? {};
    expect(kafka['KAFKA_ADVERTISED_LISTENERS']).toContain(`SERVICES://${environment['KAFKA_BROKERS']},`);
    expect(environment['MONGODB_URI']).toMatch(/^mongodb:\/\/mongodb:27017\/assent\?replicaSet=rs0$/);
    expect(read('docker-compose.yml')).toContain("rs.initiate({ _id: 'rs0'");
  });

  it('checks the health of everything that stays, at the port it listens on', () => {
    const staying = services.filter(([, { healthcheck }]) => healthcheck?.disable !== true);
    expect(services.length - staying.length).toBe(1); // the deploy step
    for (const [, { healthcheck, image, environment }] of staying) {
      expect(healthcheck?.test).toBeDefined();
      if (image === 'assent')
        expect(healthcheck?.test?.join(' ')).toContain(`127.0.0.1:${environment?.['PORT']}/readyz`);
    }
  });

  it('publishes each port once, and to this machine only; of the services, only the gateway', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
    expect(ours.flatMap(([, { ports: own = [] }]) => own)).toEqual([]);
  });

  it('keeps data in volumes that it declares, and mounts of this repository only what is there, read-only', () => {
    const used = services.flatMap(([, service]) => service.volumes ?? []);
    const named = used.filter((volume) => !volume.startsWith('./'));
    expect(named.map((volume) => volume.split(':')[0]).sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const volume of used.filter((one) => one.startsWith('./'))) {
      const [path = '', , mode] = volume.split(':');
      expect(mode).toBe('ro');
      expect(read(`${path.slice(2)}${path.includes('.', 2) ? '' : '/README.md'}`)).not.toBe('');
    }
  });
});

describe('The image', () => {
  const stages = read('Dockerfile')
    .split('\n')
    .filter((line) => line.startsWith('FROM '));

  it('is built in one stage and run in another, on a base of one exact version', () => {
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^FROM node:\d+\.\d+\.\d+-\w+-slim( AS build)?$/);
  });

  it('runs as nobody in particular, and takes in neither secrets nor what was built elsewhere', () => {
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
    const ignored = read('.dockerignore').split('\n');
    for (const path of ['.env', '.git', '.stack', '**/node_modules', '**/dist', '**/data'])
      expect(ignored).toContain(path);
  });
});
