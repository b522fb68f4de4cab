export { FakeMautic } from './fake-mautic.js';
export { mauticKind } from './mautic.js';
