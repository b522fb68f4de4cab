import type { mongo } from 'mongoose';
import { DatabaseUnusable } from './failure.js';

export interface Index {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique?: true;
  readonly partialFilterExpression?: mongo.Document;
}

/**
 * Every collection with every index it needs; what is looked up by id alone needs none. Made by `prepare`, looked
 * for by `open`, and by nobody else.
 */
export const LAYOUT = {
  commits: [
    // Newest first: the head is the first entry of its stream. One winner per version is what this one enforces.
    { name: 'head', key: { stream: 1, first: -1 }, unique: true },
    { name: 'stored', key: { storedAt: 1, stream: 1, first: 1 } },
  ],
  agenda: [{ name: 'due', key: { at: 1, _id: 1 }, partialFilterExpression: { at: { $exists: true } } }],
  claims: [{ name: 'owner', key: { tenant: 1, owner: 1 } }],
  addresses: [{ name: 'owner', key: { tenant: 1, owner: 1 } }],
  holds: [{ name: 'until', key: { until: 1 } }],
  profiles: [{ name: 'owner', key: { tenant: 1, owner: 1 } }],
  evidence: [{ name: 'owner', key: { tenant: 1, owner: 1 } }],
  shares: [{ name: 'owner', key: { owner: 1, _id: 1 } }],
  deliveries: [
    due('due-by-rule', 'dueAt'),
    due('due-by-real', 'dueAtReal'),
    { name: 'subject', key: { tenant: 1, subjectId: 1, _id: 1 } },
  ],
  records: [{ name: 'end', key: { expiresAt: 1 } }],
  /** One document: how far a move into this database has come. */
  moving: [],
} as const satisfies Record<string, readonly Index[]>;

export type CollectionName = keyof typeof LAYOUT;
export const COLLECTIONS = Object.keys(LAYOUT) as CollectionName[];

/** Rows without work have no `rank` and are in neither. */
function due(name: string, clock: 'dueAt' | 'dueAtReal'): Index {
  return {
    name,
    key: { tenant: 1, integration: 1, rank: 1, [clock]: 1, _id: 1 },
    partialFilterExpression: { rank: { $exists: true } },
  };
}

/** The deploy step: makes what is missing. Fails when an index of that name looks otherwise. */
export async function makeCollections(db: mongo.Db): Promise<string[]> {
  const missing = await missingIndexes(db);
  for (const name of COLLECTIONS) {
    for (const index of LAYOUT[name] as readonly Index[]) {
      if (missing.includes(`${name}.${index.name}`)) await make(db.collection(name), index);
    }
  }
  return missing;
}

/** An index of that name which looks otherwise: it may be in use, so somebody has to decide. */
const CONFLICTS = [85, 86];

async function make(collection: mongo.Collection, { key, ...options }: Index): Promise<void> {
  try {
    await collection.createIndex({ ...key }, options);
  } catch (error) {
    if (!CONFLICTS.includes(Number((error as { code?: unknown }).code))) throw error;
    const name = `${collection.collectionName}.${options.name}`;
    throw new DatabaseUnusable(`the index ${name} is not what it must be: remove it and prepare again`, {
      cause: error,
    });
  }
}

/** `<collection>.<index>` of each index that is not there, or not as it is declared. */
export async function missingIndexes(db: mongo.Db): Promise<string[]> {
  const wanted = COLLECTIONS.filter((name) => LAYOUT[name].length > 0);
  const found = await Promise.all(
    wanted.map(async (name) => {
      const present = (await indexesOf(db, name)).map(described);
      const absent = (LAYOUT[name] as readonly Index[]).filter(
        (index) => !present.includes(described(index)),
      );
      return absent.map((index) => `${name}.${index.name}`);
    }),
  );
  return found.flat();
}

async function indexesOf(db: mongo.Db, name: string): Promise<Index[]> {
  const collections = await db.listCollections({ name }, { nameOnly: true }).toArray();
  return collections.length === 0 ? [] : ((await db.collection(name).listIndexes().toArray()) as Index[]);
}

/** The order of the members of `key` counts. */
const described = ({ name, key, unique, partialFilterExpression }: Index): string =>
  JSON.stringify([name, Object.entries(key), unique === true, partialFilterExpression ?? null]);
