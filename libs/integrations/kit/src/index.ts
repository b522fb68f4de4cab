export { classOf, VendorApi, type Dialect, type Reply, type Request, type Wire } from './api.js';
export { Attempt } from './attempt.js';
export { operationOf, requestFaults, versionOf, type Contract, type Operation } from './contract-file.js';
export { nextOf, OVERLAP_MS, readOn, type Delta, type Listed, type Place } from './delta.js';
export { bodyOf, FakeTool, MOODS, type Answer, type Asked, type Belief, type Fault } from './fake-tool.js';
export { FetchOutgoing } from './fetch-outgoing.js';
export { asForm, asJson, type Happening, type Post, type Poster } from './hook.js';
export {
  decoded,
  email,
  eventsIn,
  formIn,
  fresh,
  hmac,
  HOUR_MS,
  iso,
  isSame,
  isSigned,
  jsonIn,
  millis,
  phone,
  seconds,
  textIn,
  TOLERANCE_MS,
  unsigned,
} from './inbound.js';
export { isMembers, membersOf, rowsOf, sameAddress, textOf, truthOf, type Members } from './json.js';
export { toolKind, type ToolKind } from './kind.js';
export { behind, pagesOf } from './listing.js';
export { EVERYTHING, owedBy, type Owed } from './owed.js';
export { baseOf, isUrl, option, settingFaults, type SettingFault, type SettingRules } from './settings.js';
export { ABSENT, missing, type ListPage, type Standing, type Stand, type Tool, type Who } from './tool.js';
export { ToolConnector } from './tool-connector.js';
export {
  settingsFor,
  trialOf,
  underTest,
  usesItsWholeContract,
  type Bench,
  type Trial,
} from './under-test.js';
export { ADA, cell, REFUSED_ALL, wanted, type More, type Wish } from './wanted.js';
