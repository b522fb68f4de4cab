import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const STACK = fileURLToPath(new URL('../../../tools/stack/stack.mjs', import.meta.url));
const VARIABLE = { kafka: 'KAFKA_BROKERS', mongodb: 'MONGODB_URI' } as const;

export type Service = keyof typeof VARIABLE;

/** The address of a service that `npm run test:all` has started; throws and says how to start it. */
export function addressOf(service: Service): string {
  const address = process.env[VARIABLE[service]];
  if (address) return address;
  throw new Error(
    `${VARIABLE[service]} is not set: this test needs ${service}. "npm run test:all" starts it; for one project, ` +
      `eval "$(npm run -s stack up)" and run its tests again`,
  );
}

/** Ends a service without warning. */
export const kill = (service: Service): Promise<string> => stack('kill', service);

/** Starts it again on the same data and address; resolves when it answers. */
export const revive = (service: Service): Promise<string> => stack('up', service);

async function stack(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [STACK, ...args]);
  return stdout;
}
