export { FeedStrategy } from './feed.strategy.js';
export { EventContext, On, Reactions, SurfaceErrors } from './reaction.js';
export { Timekeeper, type Report } from './timekeeper.js';
export { Waker, WAKERS } from './waker.js';
