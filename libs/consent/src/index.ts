export { consent, type ConsentCommand } from './consent.js';
export { ConsentModule } from './consent.module.js';
export { ConsentWaker } from './consent-waker.service.js';
export { ConsentsController } from './consents.controller.js';
export { EndOnObjection } from './end-on-objection.reaction.js';
export { HistoryController } from './history.controller.js';
export { endedAt, validConsent, withdrawnAt, type ConsentQuestion, type ValidConsent } from './in-force.js';
