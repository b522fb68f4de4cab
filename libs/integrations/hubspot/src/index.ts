export { FakeHubSpot } from './fake-hubspot.js';
export { hubspotKind } from './hubspot.js';
