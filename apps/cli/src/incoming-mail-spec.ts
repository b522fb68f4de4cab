/** Mails as they come in; tests change one thing of them. */
import { ADDRESS, SENT, TOKEN } from './sent-mail-spec.js';

const lines = (...parts: readonly string[]): string => parts.join('\r\n');

/** RFC 3464, appendix E, in our words. */
export const bounce = (
  action: string,
  status: string,
  recipient = `rfc822; ${ADDRESS}`,
  original = SENT,
  part = 'message/rfc822',
): string =>
  lines(
    'Return-Path: <>',
    'Date: Tue, 24 Nov 2026 10:12:00 +0100 (CET)',
    'Auto-Submitted: auto-replied',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    `final-recipient: ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 no',
    ' such mailbox',
    '--b',
    `Content-Type: ${part}`,
    '',
    original,
    '--b--',
  );

/** RFC 5965, appendix B, in our words; the recipient is blacked out as RFC 6590 has it. */
export const complaint = (type: string, original = SENT, part = 'message/rfc822'): string =>
  lines(
    'Return-Path: <>',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
    '',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    'Original-Rcpt-To: redacted@example.net',
    '--b',
    `Content-Type: ${part}`,
    '',
    original,
    '--b--',
  );

export const letter = (subject: string, body = 'Hello', ...fields: readonly string[]): string =>
  lines(`From: Ada <${ADDRESS}>`, `Subject: ${subject}`, ...fields, '', body, '');

export const REQUEST = letter(`unsubscribe ${TOKEN}`);
