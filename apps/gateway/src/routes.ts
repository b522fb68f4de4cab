/** Which service answers which path: one table for this gateway and for that of docker-compose. */

export const SERVICES = [
  'consent-ledger',
  'newsletter',
  'opposition-list',
  'prospect-counter',
  'preferences',
  'delivery',
] as const;
export type ServiceName = (typeof SERVICES)[number];

interface Route {
  /** `{…}` is one segment; `/**` at the end is the path itself and everything below. */
  readonly path: string;
  readonly service: ServiceName;
}

/** The first that fits. What none names is answered by `preferences`, be it with 404. */
export const ROUTES: readonly Route[] = [
  { path: '/v1/subjects/{id}/history', service: 'consent-ledger' },
  { path: '/v1/consents/**', service: 'consent-ledger' },
  { path: '/v1/subscriptions/**', service: 'newsletter' },
  { path: '/s/**', service: 'newsletter' },
  { path: '/c/**', service: 'newsletter' },
  { path: '/v1/objections/**', service: 'opposition-list' },
  { path: '/v1/links/**', service: 'opposition-list' },
  { path: '/u/**', service: 'opposition-list' },
  { path: '/v1/subjects/{id}/prospect', service: 'prospect-counter' },
  { path: '/v1/solicitations/**', service: 'prospect-counter' },
  { path: '/v1/permits/**', service: 'prospect-counter' },
  { path: '/v1/responses/**', service: 'prospect-counter' },
  { path: '/v1/relationships/**', service: 'prospect-counter' },
  { path: '/v1/deliveries/**', service: 'delivery' },
  { path: '/v1/integrations/**', service: 'delivery' },
  { path: '/v1/bounces/**', service: 'delivery' },
  { path: '/v1/send-checks/**', service: 'delivery' },
  { path: '/hooks/**', service: 'delivery' },
];
const OTHERWISE: ServiceName = 'preferences';

/** Clicks of people are repeated at another replica: recorded once, however often they come. */
export const REPEATABLE = /^\/u\//;

const patternOf = (path: string): string =>
  `^${path.replace(/\{\w+\}/g, '[^/]+').replace(/\/\*\*$/, '(?:/|$)')}${path.endsWith('/**') ? '' : '/?$'}`;

const COMPILED = ROUTES.map(({ path, service }) => ({ pattern: new RegExp(patternOf(path)), service }));

/** `path` without its query. */
export const serviceOf = (path: string): ServiceName =>
  COMPILED.find(({ pattern }) => pattern.test(path))?.service ?? OTHERWISE;

/** The same table as configuration of nginx, for docker-compose. */
export function nginxConfiguration(): string {
  const upstreams = SERVICES.map(
    (service) => `upstream ${service} { zone ${service} 64k; server ${service}:8080 resolve; }`,
  );
  const location = (pattern: string, service: string): string =>
    `  location ${pattern} {${REPEATABLE_LOCATION.test(pattern) ? REPEATED : ''} proxy_pass http://${service}; }`;
  const locations = [
    ...ROUTES.map(({ path, service }) => location(`~ ${patternOf(path)}`, service)),
    location('/', OTHERWISE),
  ];
  return `# Made from apps/gateway/src/routes.ts by \`npm run reference\`.
resolver 127.0.0.11 valid=2s; # Docker's own names: every replica of a service, also one that came later
${upstreams.join('\n')}

server {
  listen 8080;
  server_tokens off;
  access_log off; # a link is as good as a key, and stands in the path
  client_max_body_size 0; # the services limit their bodies; batches have no limit
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_request_buffering off;
  proxy_buffering off;
  proxy_connect_timeout 2s;
  proxy_read_timeout 120s;

  location = /healthz { return 200; }
  location = /metrics { return 404; } # of each process, for whoever runs them
  location ^~ /test/ { return 404; }
  location = /openapi.json { default_type application/json; alias /srv/assent/openapi.json; } # of all services
${locations.join('\n')}
}
`;
}

const REPEATABLE_LOCATION = /^~ \^\/u/;
const REPEATED = ' proxy_request_buffering on; proxy_next_upstream error timeout http_503 non_idempotent;';
