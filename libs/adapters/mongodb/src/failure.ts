import { Unavailable } from '@assent/ports';
import mongoose from 'mongoose';

const { MongoError, MongoServerError } = mongoose.mongo;

export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 11000;

/** A majority did not confirm in time, or was not asked. */
const UNCONFIRMED = [64, 79, 100];
const NOT_REACHED =
  /^Mongo(?:Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|WaitQueueTimeout|WriteConcern|OperationTimeout|ClientClosed)Error$/;

/** As `Unavailable` when the database cannot be reached or cannot confirm; any other error as it is. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  const unavailable =
    NOT_REACHED.test(error.name) ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('RetryableError') ||
    UNCONFIRMED.includes(Number(error.code));
  return unavailable
    ? new Unavailable(`the database is not available: ${error.message}`, { cause: error })
    : error;
}
