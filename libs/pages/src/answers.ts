import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import { renderPage } from '@assent/http';
import type { EvidenceDocument } from '@assent/ports';
import { qualityOf } from './language.js';

/**
 * Of every public page. The address holds the token, so nothing may keep it or hand it on; no script, no frame, no
 * foreign content.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
};

export const sendPage = (reply: FastifyReply, status: number, page: JSX.Element): void =>
  void reply.status(status).headers(PAGE_HEADERS).send(renderPage(page));

/** A bare status, for machines. */
export const sendStatus = (reply: FastifyReply, status: number): void =>
  void reply.status(status).header('cache-control', 'no-store').send();

/** Whether the client wants a page rather than a bare status: only who names HTML, no weaker than anything else. */
export function wantsPage({ headers: { accept = '' } }: Pick<FastifyRequest, 'headers'>): boolean {
  const ranges = accept.slice(0, 500).split(',');
  const html = ranges.find((range) => /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(range));
  return (
    html !== undefined && qualityOf(html) > 0 && ranges.every((range) => qualityOf(range) <= qualityOf(html))
  );
}

/** What proves an act on a page: to be sealed in the directory. */
export const actOf = ({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): EvidenceDocument => ({
  method: 'form',
  ip,
  userAgent: headers['user-agent']?.slice(0, 1000) ?? null,
});
