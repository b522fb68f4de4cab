export { By, Needs, SCOPES, SCOPE_METADATA, type ApiScope, type Caller } from './caller.js';
export { checked } from './checked.js';
export { instantOf, iso, known, knownById, occurred, resolve, Written, written } from './doors.js';
export { inOrder, linesOf, LONGEST_LINE, type Line } from './lines.js';
export { answerLines, isNdjson } from './ndjson.js';
export { renderPage } from './pages.js';
export { invalid, ProblemError, PROBLEMS, type MemberError, type ProblemCode } from './problems.js';
export { EvidenceDto, SubjectRefDto } from './subject-ref.dto.js';
