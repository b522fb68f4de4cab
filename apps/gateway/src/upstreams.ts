import { SERVICES, type ServiceName } from './routes.js';

/** Base addresses of the replicas of each service. They may change while the gateway runs. */
export type Upstreams = Record<ServiceName, readonly string[]>;

/** `consent-ledger=http://127.0.0.1:3001|http://127.0.0.1:4001,newsletter=…`; throws when one is missing. */
export function readUpstreams(text: string): Upstreams {
  const named = new Map(
    text.split(',').map((part): [string, string[]] => {
      const [name = '', urls = ''] = part.trim().split('=', 2);
      return [name, urls.split('|').filter((url) => URL.canParse(url))];
    }),
  );
  const entries = SERVICES.map((service): [ServiceName, readonly string[]] => {
    const urls = named.get(service) ?? [];
    if (urls.length === 0) throw new Error(`ASSENT_SERVICES names no address of ${service}`);
    return [service, urls];
  });
  return Object.fromEntries(entries) as Upstreams;
}
