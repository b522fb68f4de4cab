// A client that costs little: raw sockets, requests made beforehand, answers recognised by their length.
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { request as httpRequest } from 'node:http';

export const post = (path, body, headers = {}) => {
  const lines = Object.entries({ host: 'bench', 'content-length': Buffer.byteLength(body), ...headers });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n${body}`,
  );
};

/** Sends one request after the other on `connections` connections; answers milliseconds of each and the bodies' check. */
export async function closedLoop({ port, connections, requests, check = (status) => status === 200 }) {
  const times = [];
  let next = 0;
  let wrong = 0;
  const one = async () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    const answers = answersOf(socket);
    while (next < requests.length) {
      const index = next++;
      const start = performance.now();
      socket.write(requests[index]);
      const [status, body] = await answers();
      times.push(performance.now() - start);
      if (!check(status, body, index)) wrong++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, one));
  if (wrong > 0) throw new Error(`${wrong} of ${requests.length} answers were wrong`);
  return times;
}

/**
 * Requests at a constant rate, whether or not answers come: each is timed from the moment it was due, so that one that
 * waits behind a slow one is slow too. Answers milliseconds of each.
 */
export async function steady({ port, connections, requests, perSecond, check = (status) => status === 200 }) {
  const start = performance.now() + 50;
  const due = (index) => start + (index * 1000) / perSecond;
  const times = [];
  let next = 0;
  let wrong = 0;
  const one = async () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    const answers = answersOf(socket);
    while (next < requests.length) {
      const index = next++;
      const early = due(index) - performance.now();
      if (early > 0) await sleep(early);
      socket.write(requests[index]);
      const [status, body] = await answers();
      times.push(performance.now() - due(index));
      if (!check(status, body, index)) wrong++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, one));
  if (wrong > 0) throw new Error(`${wrong} of ${requests.length} answers were wrong`);
  return times;
}

/** The next answer that a connection brings: its status and its body. */
function answersOf(socket) {
  let seen = '';
  let done = () => undefined;
  socket.setEncoding('latin1').on('data', (text) => {
    seen += text;
    const head = seen.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(seen)?.[1] ?? 0);
    if (seen.length < head + 4 + length) return;
    const [status, body] = [Number(seen.slice(9, 12)), seen.slice(head + 4)];
    seen = '';
    done([status, body]);
  });
  return () => new Promise((resolve) => (done = resolve));
}

/** One POST of many pieces; the answer is collected. Writes no faster than the server reads. */
export function postStream({ port, path, headers, parts }) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', method: 'POST', path, headers },
      async (response) => {
        const told = [];
        for await (const part of response) told.push(part);
        if (response.statusCode !== 200)
          reject(new Error(`${path}: ${response.statusCode} ${Buffer.concat(told)}`));
        else resolve(Buffer.concat(told));
      },
    );
    request.on('error', reject);
    (async () => {
      for (const part of parts) if (!request.write(part)) await once(request, 'drain');
      request.end();
    })().catch(reject);
  });
}
