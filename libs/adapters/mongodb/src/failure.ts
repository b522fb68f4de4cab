import { Unavailable } from '@assent/ports';
import mongoose from 'mongoose';

const { MongoError, MongoServerError } = mongoose.mongo;

/** The database cannot be used as it is: one sentence that says what to do. */
export class DatabaseUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseUnusable';
  }
}

export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 11000;

/** A majority did not confirm in time, or there is none; the moment to read at is not known yet, or no more. */
const NOT_NOW = [64, 79, 100, 239, 246];
const NOT_REACHED =
  /^Mongo(?:Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|WaitQueueTimeout|WriteConcern|OperationTimeout|ClientClosed)Error$/;

/** As `Unavailable` when the database cannot be reached or cannot confirm; any other error as it is. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  const unavailable =
    NOT_REACHED.test(error.name) ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('RetryableError') ||
    NOT_NOW.includes(Number(error.code));
  return unavailable
    ? new Unavailable(`the database is not available: ${error.message}`, { cause: error })
    : error;
}
