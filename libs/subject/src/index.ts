export { SeveralOwners } from './claims.js';
export {
  isHeld,
  isRegistered,
  subject,
  type Collection,
  type SubjectCommand,
  type SubjectRefusal,
} from './subject.js';
export { SubjectDirectory, type Registered, type Registration } from './subject-directory.service.js';
export { SubjectWaker } from './subject-waker.service.js';
export { SubjectModule } from './subject.module.js';
export { SubjectsModule } from './subjects.module.js';
