export { MongoAgenda } from './mongo-agenda.js';
export { MongoContents } from './mongo-contents.js';
export { MongoDeliveries } from './mongo-deliveries.js';
export { MongoDirectory } from './mongo-directory.js';
export { MongoEventLog } from './mongo-event-log.js';
export { MongoRecords } from './mongo-records.js';
export { DatabaseUnusable } from './failure.js';
export { MongoStore, type MongoSettings } from './mongo-store.js';
