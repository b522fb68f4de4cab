import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KafkaCluster } from './kafka-cluster.js';

const STACK = fileURLToPath(new URL('../../../../tools/stack/stack.mjs', import.meta.url));

/** The Kafka that `npm run test:all` has started. */
export function brokers(): string[] {
  const address = process.env['KAFKA_BROKERS'];
  if (address) return address.split(',');
  throw new Error(
    'KAFKA_BROKERS is not set: these tests need Kafka. "npm run test:all" starts it; for this project alone, ' +
      'eval "$(npm run -s stack up kafka)" and run its tests again',
  );
}

/** `stack('kill', 'kafka')` and `stack('up', 'kafka')`: the same data and address afterwards. */
export async function stack(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [STACK, ...args]);
  return stdout;
}

/** Topics of its own for one test, on the shared broker. */
export const freshPrefix = (): string => `spec-${randomUUID()}`;

/** A connection that can be cut for good: for the broker, this process has died without a word. */
export class Line {
  private readonly sockets = new Set<Socket>();
  private dead = false;

  readonly cluster: KafkaCluster;

  constructor(prefix: string, addresses = brokers()) {
    this.cluster = new KafkaCluster({
      brokers: addresses,
      prefix,
      clientId: 'spec',
      socketFactory: ({ host, port, onConnect }) => {
        const socket = this.dead
          ? connect({ host: '127.0.0.1', port: 1 })
          : connect({ host, port }, onConnect);
        this.sockets.add(socket);
        socket.once('close', () => this.sockets.delete(socket));
        return socket;
      },
    });
  }

  cut(): void {
    this.dead = true;
    for (const socket of this.sockets) socket.destroy(new Error('the line is cut'));
  }
}
