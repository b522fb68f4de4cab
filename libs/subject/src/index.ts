export { SeveralOwners } from './claims.js';
export {
  isHeld,
  isRegistered,
  subject,
  type Collection,
  type SubjectCommand,
  type SubjectRefusal,
} from './subject.js';
export { RegistrationDesk, toldByFile } from './registration-desk.service.js';
export type { Foreseen, Registration } from './registration.js';
export { Erasures } from './erasures.service.js';
export { RegisterDto } from './subjects.dto.js';
export { SubjectDirectory, type Registered } from './subject-directory.service.js';
export { SubjectWaker } from './subject-waker.service.js';
export { SubjectModule } from './subject.module.js';
export { SubjectsModule } from './subjects.module.js';
