import mongoose, { type mongo } from 'mongoose';
import { Unavailable } from '@assent/ports';
import { asFailure, DatabaseUnusable } from './failure.js';
import { COLLECTIONS, makeCollections, missingIndexes, type CollectionName } from './layout.js';

export interface MongoSettings {
  /** How long a server is looked for, or a majority is waited for. */
  readonly withinMs?: number;
  /** How long one of 100 connections is waited for, and then the answer; 0 = as long as the server lives. */
  readonly answerMs?: number;
}

const WITHIN_MS = 3_000;
const ANSWER_MS = 30_000;
/** Also for the heartbeat, by which a server that answers nothing is known: a busy one has more time than a dead one. */
const CONNECT_MS = 10_000;
const DATABASE = 'assent';

/**
 * One database of the distributed profile: every adapter keeps its collections in it. Written with `w: majority` and
 * `j: true`, read from the primary what a majority has. No transactions.
 */
export class MongoStore {
  readonly db: mongo.Db;

  private constructor(
    private readonly connection: mongoose.Connection,
    /** Reads of several documents at one moment; a server without replicas knows no such thing. */
    private readonly hasSnapshots: boolean,
  ) {
    this.db = connection.db as mongo.Db;
  }

  /** Throws `DatabaseUnusable` unless the database answers, is prepared, confirms writes and holds no half of a move. */
  static async open(uri: string, settings: MongoSettings = {}): Promise<MongoStore> {
    const store = await MongoStore.connect(uri, settings);
    try {
      await store.mustBePrepared();
      await store.mustBeMovedIn();
      await store.mustConfirm();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** The deploy step: makes the collections and indexes that are missing; answers their names. */
  static async prepare(uri: string, settings: MongoSettings = {}): Promise<string[]> {
    // An index over very much that is there already takes its time.
    const store = await MongoStore.connect(uri, { answerMs: 0, ...settings });
    try {
      return await makeCollections(store.db);
    } finally {
      await store.close();
    }
  }

  /** Without looking at what is there: for the deploy step and for moving in. */
  static async connect(uri: string, settings: MongoSettings = {}): Promise<MongoStore> {
    const { withinMs = WITHIN_MS, answerMs = ANSWER_MS } = settings;
    const connection = mongoose.createConnection();
    try {
      await connection.openUri(uri, {
        dbName: databaseOf(uri),
        autoIndex: false,
        autoCreate: false,
        bufferCommands: false,
        serverSelectionTimeoutMS: withinMs,
        connectTimeoutMS: CONNECT_MS,
        waitQueueTimeoutMS: answerMs,
        heartbeatFrequencyMS: withinMs,
        socketTimeoutMS: answerMs,
        readPreference: 'primary',
        readConcern: { level: 'majority' },
        writeConcern: { w: 'majority', journal: true, wtimeoutMS: withinMs },
        ignoreUndefined: true,
        promoteBuffers: true,
      });
      const hello = await (connection.db as mongo.Db).admin().command({ hello: 1 });
      return new MongoStore(connection, 'setName' in hello || hello['msg'] === 'isdbgrid');
    } catch (error) {
      await connection.close();
      throw new DatabaseUnusable(notReached(uri, error), { cause: error });
    }
  }

  collection<T extends mongo.Document>(name: CollectionName): mongo.Collection<T> {
    return this.db.collection<T>(name);
  }

  /** For a question that reads several documents as of one moment. */
  get oneMoment(): { readConcern: mongo.ReadConcernLike } {
    return { readConcern: { level: this.hasSnapshots ? 'snapshot' : 'majority' } };
  }

  /** Asks the database; rejects with `Unavailable` when it cannot be reached or cannot confirm. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** Resolves when the database answers: for readiness. */
  ping(): Promise<void> {
    return this.ask(async () => void (await this.db.command({ ping: 1 })));
  }

  /** Epoch milliseconds, by the clock of the database. */
  async now(): Promise<number> {
    const { localTime } = (await this.db.command({ hello: 1 })) as { localTime: Date };
    return localTime.getTime();
  }

  /** Whether nothing is stored yet. */
  async isEmpty(): Promise<boolean> {
    const found = await Promise.all(COLLECTIONS.map((name) => this.db.collection(name).findOne({})));
    return found.every((document) => document === null);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async mustBePrepared(): Promise<void> {
    const missing = await missingIndexes(this.db);
    if (missing.length === 0) return;
    throw new DatabaseUnusable(
      `the database "${this.db.databaseName}" is not prepared, run \`assent prepare\` first: the indexes ${missing.join(', ')} are missing`,
    );
  }

  private async mustBeMovedIn(): Promise<void> {
    const moving = await this.db.collection('moving').findOne({ finishedAt: { $exists: false } });
    if (moving === null) return;
    throw new DatabaseUnusable(
      `moving into the database "${this.db.databaseName}" was interrupted: run the same \`assent migrate\` again`,
    );
  }

  private async mustConfirm(): Promise<void> {
    try {
      const written = { $set: { startedAt: new Date() } };
      await this.ask(() =>
        this.db.collection<{ _id: string }>('starts').updateOne({ _id: 'last' }, written, { upsert: true }),
      );
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new DatabaseUnusable(
        `the database "${this.db.databaseName}" does not confirm writes by a majority of its members: ${error.message}`,
        { cause: error },
      );
    }
  }
}

/** The database that the address names, or `assent`. An address of several hosts is no URL. */
const databaseOf = (uri: string): string =>
  /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^/?]+)/.exec(uri)?.[1] ?? DATABASE;

/** Without user and password. */
const hostsOf = (uri: string): string =>
  /^mongodb(?:\+srv)?:\/\/(?:[^/?]*@)?([^/?@]+)/.exec(uri)?.[1] ?? 'an address that is none';

function notReached(uri: string, error: unknown): string {
  const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  return `no MongoDB can be used at ${hostsOf(uri)}, check MONGODB_URI: ${reason}`;
}
