export { ApiKeys, type KeyHolder } from './api-keys.js';
export { By, Needs, SCOPES, SCOPE_METADATA, type ApiScope, type Caller } from './caller.js';
export { checked } from './checked.js';
export {
  ConfigFaults,
  configurationMarkdown,
  envExample,
  readConfig,
  type ApiKeySetting,
  type Config,
} from './config.js';
export { createHttpApp, type HttpAppOptions } from './create-app.js';
export { instantOf, iso, known, knownById, occurred, resolve, Written, written } from './doors.js';
export { inOrder, linesOf, LONGEST_LINE, type Line } from './lines.js';
export { HoldsNoAddress } from './holds-no-address.js';
export { createLogger, NestLog } from './logging.js';
export type { MailSettings, SmtpSetting } from './mail-settings.js';
export { Metrics } from './metrics.js';
export { answerLines, isNdjson } from './ndjson.js';
export { describeApi } from './open-api.js';
export { OperationsController, Readiness } from './operations.controller.js';
export { renderPage } from './pages.js';
export { invalid, ProblemError, PROBLEMS, type MemberError, type ProblemCode } from './problems.js';
export { RateLimit } from './rate-limit.js';
export type { Shortcut } from './shortcuts.js';
export type { StoreSettings } from './store-settings.js';
export { VARIABLES } from './variables.js';
export { problemsMarkdown } from './reference.js';
export { EvidenceDto, SubjectRefDto } from './subject-ref.dto.js';
export { asyncApiYaml } from './published-events.js';
