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
