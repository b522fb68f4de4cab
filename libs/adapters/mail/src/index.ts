export { FileMailer } from './file-mailer.js';
export { SmtpMailer, type SmtpSettings } from './smtp-mailer.js';
