export { FakePlivo } from './fake-plivo.js';
export { plivoKind } from './plivo.js';
