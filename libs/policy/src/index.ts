export { loadPolicies, type LoadOptions } from './load.js';
export { PolicyFaults } from './faults.js';
export { policySchema } from './schema.js';
export {
  Policies,
  type Anchors,
  type Basis,
  type BasisContext,
  type Inactive,
  type Integration,
  type Notice,
  type OppositionRules,
  type Policy,
  type Processor,
  type ProspectRules,
  type PurposeRules,
} from './rules.js';
export { contrastOnWhite } from './texts.js';
