export { FeedStrategy } from './feed.strategy.js';
export { Leases, OnlyProcess, SharedLeases } from './leases.js';
export { EventContext, On, Reactions, SurfaceErrors } from './reaction.js';
export { Timekeeper, type Report } from './timekeeper.js';
export { Waker, WAKERS } from './waker.js';
