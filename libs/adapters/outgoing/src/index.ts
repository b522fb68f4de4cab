export { reachOf } from './blocked.js';
export { NodeOutgoing, type OutgoingOptions } from './node-outgoing.js';
