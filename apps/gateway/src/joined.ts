import type { ServerResponse } from 'node:http';
import { SERVICES } from './routes.js';
import type { Upstreams } from './upstreams.js';

interface Description {
  readonly paths: Record<string, unknown>;
  readonly components?: { readonly schemas?: Record<string, unknown> };
}

/** What only all services together can answer. False: the path is none of these. */
export async function joined(upstreams: Upstreams, path: string, answer: ServerResponse): Promise<boolean> {
  switch (path) {
    case '/healthz':
      send(answer, 200, 'application/json', JSON.stringify({ status: 'up' }));
      return true;
    case '/readyz': {
      const missing = await notReady(upstreams);
      const body = { status: missing.length === 0 ? 'ready' : 'not-ready', missing };
      send(answer, missing.length === 0 ? 200 : 503, 'application/json', JSON.stringify(body));
      return true;
    }
    case '/openapi.json':
      send(answer, 200, 'application/json', JSON.stringify(await description(upstreams)));
      return true;
    case '/metrics':
      send(answer, 200, 'text/plain; version=0.0.4', await metrics(upstreams));
      return true;
    default:
      return false;
  }
}

async function notReady(upstreams: Upstreams): Promise<string[]> {
  const all = SERVICES.flatMap((service) => upstreams[service].map((url) => ({ service, url })));
  const states = await Promise.all(
    all.map(async ({ service, url }) => {
      const response = await fetch(new URL('/readyz', url)).catch(() => undefined);
      return response?.ok ? [] : [service];
    }),
  );
  return states.flat();
}

async function description(upstreams: Upstreams): Promise<Description> {
  const all = await Promise.all(
    SERVICES.map(async (service) => {
      const response = await fetch(new URL('/openapi.json', upstreams[service][0]));
      return (await response.json()) as Description;
    }),
  );
  const [first] = all;
  if (first === undefined) throw new Error('there are no services');
  return {
    ...first,
    paths: Object.assign({}, ...all.map(({ paths }) => paths)) as Description['paths'],
    components: {
      ...first.components,
      schemas: Object.assign({}, ...all.map(({ components }) => components?.schemas)) as Record<
        string,
        unknown
      >,
    },
  };
}

/** Every sample of every process, with the name of its service. Help is given once. */
async function metrics(upstreams: Upstreams): Promise<string> {
  const told = new Set<string>();
  const all = SERVICES.flatMap((service) =>
    upstreams[service].map((url, replica) => ({ service, url, replica })),
  );
  const texts = await Promise.all(
    all.map(async ({ service, url, replica }) => {
      const text = await (await fetch(new URL('/metrics', url))).text();
      return text.split('\n').map((line) => labelled(line, `service="${service}",replica="${replica}"`));
    }),
  );
  const lines = texts.flat().filter((line) => !line.startsWith('#') || (!told.has(line) && told.add(line)));
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

const labelled = (line: string, labels: string): string =>
  line.startsWith('#')
    ? line
    : line.replace(
        /^(\w+)(?:\{(.*)\})? /,
        (_, name: string, own?: string) => `${name}{${own ? `${own},` : ''}${labels}} `,
      );

function send(answer: ServerResponse, status: number, type: string, body: string): void {
  answer.writeHead(status, {
    ...{ 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' },
    ...{ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' },
  });
  answer.end(body);
}
