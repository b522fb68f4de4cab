export { EventContext, On, Reactions } from './reaction.js';
export { Waker, WAKERS } from './waker.js';
