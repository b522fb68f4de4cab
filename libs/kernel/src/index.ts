export { Clock, SystemClock, TestClock } from './clock.js';
export {
  isRefusal,
  refuse,
  type Decider,
  type Fact,
  type Recorded,
  type Refusal,
  type Stamp,
} from './decider.js';
export { given, recorded } from './given-when-then.js';
export { CONCEPTS, parseStream, streamOf, type ConceptName, type StreamParts } from './streams.js';
export { ulid } from './ulid.js';
