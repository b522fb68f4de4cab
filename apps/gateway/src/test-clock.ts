import type { IncomingMessage, ServerResponse } from 'node:http';
import { SERVICES } from './routes.js';
import type { Upstreams } from './upstreams.js';

/** What a process answers to a round: see `POST /test/clock/due` of a service. */
interface Still {
  readonly ran: number;
  readonly appended: number;
}

const ROUNDS = 200;
/** A connection kept from before a restart breaks at its first use. */
const ATTEMPTS = 3;

/**
 * `POST /test/clock {"now": "…"}` for all services: what follows from what was done is run at the time before, then the
 * time of every process is set, and what became due is run, wherever it leads.
 */
export async function passTime(
  upstreams: Upstreams,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  await untilStill(upstreams);
  const set = await each(upstreams, 'PUT', '/test/clock', body);
  const refused = set.find(({ status }) => status >= 400);
  if (refused === undefined) await untilStill(upstreams);
  const { status, text } = refused ?? set[0] ?? { status: 503, text: '' };
  answer.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  answer.end(text);
}

/**
 * Runs rounds until two on end have changed nothing anywhere: what one process appended while another was already done
 * with its round is published at the end of the next, and dealt with in the one after.
 */
async function untilStill(upstreams: Upstreams): Promise<void> {
  let before = '';
  let still = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await each(upstreams, 'POST', '/test/clock/due');
    const failed = answers.find(({ status }) => status >= 400);
    if (failed !== undefined) throw new Error(`a service could not run what is due: ${failed.text}`);
    const states = answers.map(({ text }) => JSON.parse(text) as Still);
    const now = states.map(({ appended }) => appended).join(' ');
    still = states.every(({ ran }) => ran === 0) && now === before ? still + 1 : 0;
    if (still === 2) return;
    before = now;
  }
  throw new Error(`what is due does not come to an end after ${ROUNDS} rounds`);
}

const each = (
  upstreams: Upstreams,
  method: string,
  path: string,
  body?: Buffer,
): Promise<{ status: number; text: string }[]> =>
  Promise.all(
    SERVICES.flatMap((service) => upstreams[service]).map(async (url) => {
      const response = await sent(new URL(path, url), {
        method,
        ...(body && { body: new Uint8Array(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: response.status, text: await response.text() };
    }),
  );

/** Setting a time and running what is due may be asked for twice. */
async function sent(url: URL, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
