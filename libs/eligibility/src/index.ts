export { decide, type DecideOptions } from './decide.js';
export { EligibilityGate } from './gate.service.js';
export { EligibilityModule } from './eligibility.module.js';
export { IndexKeeper } from './index-keeper.service.js';
export { IndexedLog } from './indexed-log.js';
export type { Standing } from './standing.js';
export { StandingsModule } from './standings.module.js';
export { Standings } from './standings.service.js';
export { VerdictIndex } from './verdict-index.service.js';
