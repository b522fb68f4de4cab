import type { LoggerService } from '@nestjs/common';
import { destination, pino, type DestinationStream, type Logger } from 'pino';

/** JSON lines. What is logged holds no address and no token; these paths are the second lock, `withoutAddresses` the third. */
const REDACTED = ['email', 'phone', 'token', 'address', '*.email', '*.phone', '*.token', '*.address'];

export function createLogger(level: string, to: DestinationStream = destination(1)): Logger {
  const safe: DestinationStream = { write: (line) => to.write(withoutAddresses(line)) };
  return pino({ level, base: null, redact: REDACTED }, safe);
}

/** Domains that begin like the version of a policy or a notice (`offers@2.fr`) are none. */
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@(?!\d{1,3}\.)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const PHONE = /\+\d{7,15}/g;

/** A message of a library may quote what it was given; what looks like an address is taken out of every line. */
export const withoutAddresses = (line: string): string => {
  const plain = line.includes('@') ? line.replace(EMAIL, '[address]') : line;
  return plain.includes('+') ? plain.replace(PHONE, '[phone]') : plain;
};

/** Nest's own messages, written to the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(told(message, rest), String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(told(message, rest), String(message));
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }
}

/** Nest hands over a message or an error, what was said beside it or a stack, and last the context. */
const told = (message: unknown, rest: readonly unknown[]): object => ({
  context: rest.at(-1),
  ...(message instanceof Error && { err: message }),
  ...(rest.length > 1 && { stack: rest.at(-2) }),
});
