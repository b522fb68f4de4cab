export { By, Needs, SCOPES, SCOPE_METADATA, type ApiScope, type Caller } from './caller.js';
export { instantOf, iso, known, occurred, resolve, Written, written } from './doors.js';
export { renderPage } from './pages.js';
export { invalid, ProblemError, PROBLEMS, type MemberError, type ProblemCode } from './problems.js';
export { EvidenceDto, SubjectRefDto } from './subject-ref.dto.js';
