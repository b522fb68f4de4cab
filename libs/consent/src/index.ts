export { consent, type ConsentCommand } from './consent.js';
export { endedAt, validConsent, withdrawnAt, type ConsentQuestion, type ValidConsent } from './in-force.js';
