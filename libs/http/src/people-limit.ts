import { createHash } from 'node:crypto';
import type { Clock } from '@assent/kernel';
import type { FastifyInstance } from 'fastify';
import { RateLimit } from './rate-limit.js';

/** Paths that people open. */
export const PEOPLE = /^\/(?:u|p|c|s)\//;
const ONE_CLICK = /^\/u\//;
/** A form that signs up has limits of its own, and the same answer for whoever meets them. */
const SIGN_UP = /^\/s\//;

const PER_CLIENT = { perSecond: 500, burst: 5_000 };
const PER_LINK = { perSecond: 20, burst: 500 };

/**
 * Limits on the pages of people, by client. A one-click (RFC 8058) is limited by its link and never by its client:
 * mail providers send the clicks of all their users from few addresses.
 */
export function limitPeople(server: FastifyInstance, clock: Pick<Clock, 'real'>): void {
  const clients = new RateLimit(clock, PER_CLIENT.perSecond, PER_CLIENT.burst);
  const links = new RateLimit(clock, PER_LINK.perSecond, PER_LINK.burst);
  server.addHook('onRequest', ({ method, url, ip }, _, done) => {
    if (url.startsWith('/v1/') || !PEOPLE.test(url)) return done();
    const isPost = method === 'POST';
    if (isPost && SIGN_UP.test(url)) return done();
    try {
      if (isPost && ONE_CLICK.test(url))
        links.take(createHash('sha256').update(linkOf(url)).digest('base64url'));
      else clients.take(ip);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

/** The link without its query: one token, however it is dressed. */
const linkOf = (url: string): string => url.split('?', 1)[0]?.split('/', 3).join('/') ?? url;
