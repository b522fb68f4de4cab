export { describeApi, readConfig, VARIABLES } from '@assent/http';
export { assemble, type Assembled } from './assemble.js';
export { describe, quiet } from './describe.js';
export { firstStart } from './first-start.js';
export { prepare, type Prepared } from './prepare.js';
export type { Parts } from './ports.module.js';
export type { Service } from './service.js';
export { start, told } from './start.js';
