export { isOpened, rootOf } from './entries.js';
export { inForce, opposition, REPEATED_MS, UNDO_MS, undoable, type ListRules } from './opposition.js';
export { OppositionList, type Act, type Cause, type Outcome } from './opposition-list.service.js';
export { OppositionModule } from './opposition.module.js';
export { isOptIn, speaksFor } from './opt-in.js';
export { PAGE_TEXTS, type TextKey } from './page-texts.js';
export { coveringObjection, lastStop, listed, type ListedObjection } from './questions.js';
export { OppositionWaker } from './waker.service.js';
