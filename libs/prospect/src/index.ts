export { type Prospect } from './facts.js';
export { Permits, type PermitFault } from './permits.service.js';
export { prospect, PERMIT_MS, type ProspectCommand } from './prospect.js';
export { ProspectModule } from './prospect.module.js';
export { ProspectWaker } from './prospect-waker.service.js';
export { completed, optInsOf, registeredFrom, registrationOf, type Registration } from './registration.js';
export { nextChange, prospectAt, type ProspectStanding } from './standing.js';
export { ProspectsModule } from './prospects.module.js';
export { Prospects } from './prospects.service.js';
