import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

/** JSON lines. What is logged holds no address and no token; these paths are the second lock. */
const REDACTED = ['email', 'phone', 'token', 'address', '*.email', '*.phone', '*.token', '*.address'];

export const createLogger = (level: string, to?: DestinationStream): Logger =>
  pino({ level, base: null, redact: REDACTED }, to);

/** Nest's own messages, written to the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: rest.at(-1) }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(
      { context: rest.at(-1), stack: rest.length > 1 ? rest.at(-2) : undefined },
      String(message),
    );
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }
}
