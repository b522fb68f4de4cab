import { DatabaseUnusable } from '@assent/adapter-mongodb';
import { KafkaUnready } from '@assent/adapter-kafka';
import { ConfigFaults, createLogger, readConfig } from '@assent/http';
import { PolicyFaults } from '@assent/policy';
import { assemble } from './assemble.js';
import { firstStart } from './first-start.js';
import type { Service } from './service.js';

/** Starts a service with the settings of the environment. What stops the start is told, and ends the process with 1. */
export async function start(service: Service): Promise<void> {
  try {
    await listen(service);
  } catch (error) {
    process.stderr.write(`${told(error)}\n`, () => process.exit(1));
  }
}

async function listen(service: Service): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const assembled = await assemble(service, config, logger);
  const { app, made, publicUrl } = assembled;
  if (config.testClock)
    logger.warn('ASSENT_TEST_CLOCK=1: whoever reaches this port sets the time of every rule');
  await app.listen(config.port, config.host);
  const { port } = new URL(await app.getUrl());
  const local = `http://localhost:${port}`;
  if (config.publicUrl === undefined) publicUrl.base = local;
  if (!publicUrl.base.startsWith('https:')) {
    logger.warn(
      'ASSENT_PUBLIC_URL is not https: RFC 8058 needs it, and a DKIM signature over both List-Unsubscribe headers',
    );
  }
  await assembled.run();
  process.stdout.write(firstStart(made, local));
  logger.info(`Server listening at http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`);
}

/** What an operator has to mend is said in full; anything else with where it came from. */
export function told(error: unknown): string {
  const mendable = [ConfigFaults, PolicyFaults, DatabaseUnusable, KafkaUnready];
  if (mendable.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
