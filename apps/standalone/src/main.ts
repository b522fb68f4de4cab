import 'reflect-metadata';
import { ConfigFaults, createLogger, readConfig } from '@assent/http';
import { PolicyFaults } from '@assent/policy';
import { assemble } from './assemble.js';
import { firstStart } from './first-start.js';

try {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const assembled = await assemble(config, logger);
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
} catch (error) {
  // What an operator has to mend is said in full; anything else with where it came from.
  const mendable = error instanceof ConfigFaults || error instanceof PolicyFaults;
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${mendable ? error.message : stack}\n`, () => process.exit(1));
}
