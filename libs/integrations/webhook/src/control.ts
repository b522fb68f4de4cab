import type { IncomingMessage, RequestListener } from 'node:http';
import type { FakeReceiver, Mood } from './fake-receiver.js';

/**
 * The operator's side of the stand-in, on a port of its own: `GET /` what it believes and what it saw, `POST /turn` with a
 * mood as JSON, `POST /cheer-up`.
 */
export const controlOf =
  (receiver: FakeReceiver): RequestListener =>
  (request, response) => {
    void act(receiver, request).then(
      (answer) =>
        response
          .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
          .end(
            `${JSON.stringify(answer ?? { paths: ['GET /', 'POST /turn', 'POST /cheer-up'] }, null, 2)}\n`,
          ),
      (error: unknown) => response.writeHead(400).end(`${String(error)}\n`),
    );
  };

async function act(receiver: FakeReceiver, request: IncomingMessage): Promise<object | undefined> {
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /': {
      const { url, secret, violations, received } = receiver;
      return { url, secret, believes: receiver.dump(), deliveries: received.length, violations };
    }
    case 'POST /turn': {
      const parts: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) parts.push(chunk);
      const mood = JSON.parse(Buffer.concat(parts).toString('utf8')) as Mood;
      receiver.turn(mood);
      return { mood };
    }
    case 'POST /cheer-up':
      receiver.cheerUp();
      return { mood: null };
    default:
      return undefined;
  }
}
