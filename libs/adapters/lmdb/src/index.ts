export { LmdbAgenda } from './lmdb-agenda.js';
export { LmdbDeliveries } from './lmdb-deliveries.js';
export { LmdbDirectory } from './lmdb-directory.js';
export { LmdbEventFeed, type FeedOptions } from './lmdb-event-feed.js';
export { LmdbEventLog } from './lmdb-event-log.js';
export { LmdbContents } from './lmdb-contents.js';
export { LmdbRecords } from './lmdb-records.js';
export { withShares } from './reseal.js';
export { LmdbStore } from './lmdb-store.js';
