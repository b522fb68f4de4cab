export { CANARY, Canaries, type CanaryReport } from './canaries.service.js';
export { CanaryModule } from './canary.module.js';
