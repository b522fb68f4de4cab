/** One streaming call: lines out, lines back, each side no faster than the other reads. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { linesOf } from '@assent/http';

export interface Api {
  /** Where the product answers, without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

/** Lines are sent in pieces of about so many characters. */
const PIECE = 32 << 10;

/**
 * Posts the lines and answers the lines that come back. Rejects with what the problem says, or with what to do when the
 * connection broke. `stop` ends both sides at once.
 */
export async function* callLines(
  { url, key }: Api,
  path: string,
  lines: AsyncIterable<string> | undefined,
  stop: AbortSignal,
): AsyncGenerator<Record<string, unknown>> {
  const target = new URL(`${url}${path}`);
  const make = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const call = make(target, {
    method: 'POST',
    signal: stop,
    headers: {
      authorization: `Bearer ${key}`,
      'user-agent': 'assent import',
      ...(lines && { 'content-type': 'application/x-ndjson' }),
    },
  });
  const answered = once(call, 'response') as Promise<[IncomingMessage]>;
  const failed = once(call, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined); // raced below, or told by the stream
  const sent = send(call, lines);
  sent.catch((error: Error) => call.destroy(error));
  const [response] = await Promise.race([answered, failed, sent.then(() => answered)]);
  if (response.statusCode !== 200) throw new Error(await problemOf(response));
  for await (const { text } of linesOf(response))
    if (text !== undefined && text !== '') yield JSON.parse(text) as Record<string, unknown>;
  await sent;
}

async function send(
  call: ReturnType<typeof httpRequest>,
  lines: AsyncIterable<string> | undefined,
): Promise<void> {
  let piece = '';
  const out = async (): Promise<void> => {
    const text = piece;
    piece = '';
    if (text !== '' && !call.write(text)) await Promise.race([once(call, 'drain'), once(call, 'close')]);
  };
  for await (const line of lines ?? []) {
    if (call.destroyed) return;
    piece += `${line}\n`;
    if (piece.length >= PIECE) await out();
  }
  await out();
  call.end();
}

async function problemOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) if (text.length < 10_000) text += String(part);
  const { statusCode = 0 } = response;
  try {
    const { detail, code } = JSON.parse(text) as { detail?: string; code?: string };
    return `the product answered ${statusCode} ${code ?? ''}: ${detail ?? ''}`;
  } catch {
    return `the product answered ${statusCode}`;
  }
}
