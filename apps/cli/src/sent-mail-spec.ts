import { findingsText, lintMail } from './lint-mail.js';

/** A mail as it should be sent; tests change one thing of it. Address and token stand here to be looked for elsewhere. */
export const ADDRESS = 'ada.lovelace@example.org';
export const TOKEN = Buffer.concat([
  Buffer.of(1, 9, 9, 9, 9),
  Buffer.alloc(16, 7),
  Buffer.from('presentinfini\nemail\nnewsletter.weekly\nemail'),
  Buffer.alloc(16, 3),
]).toString('base64url');
export const PUBLIC_URL = 'https://consent.example.org';
export const LINK = `${PUBLIC_URL}/u/${TOKEN}`;

export const SENT = [
  'Authentication-Results: mx.example.net; dkim=pass header.d=news.example.org; spf=pass; dmarc=pass',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=news.example.org; s=k1;',
  '\th=From:To:Subject:Date:Message-ID:List-Id:',
  '\t List-Unsubscribe:List-Unsubscribe-Post; bh=AAAA; b=BBBB',
  'From: "News, weekly" <news@example.org>',
  `To: ${ADDRESS}`,
  'Subject: This week',
  'Date: Thu, 28 May 2026 20:26:40 +0000',
  'Message-ID: <m1@example.org>',
  `List-Unsubscribe: <${LINK}>`,
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'List-Id: <newsletter.weekly.presentinfini.example.org>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="--x.1"',
  '',
  '----x.1',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Hello Ada=C3=A9!',
  'Unsubscribe:',
  `${LINK.slice(0, 50)}=`,
  LINK.slice(50),
  '----x.1',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(`<p>Hello</p><p><a style="color:red" href="${LINK}">Unsubscribe</a></p>`).toString('base64'),
  '----x.1--',
  '',
].join('\r\n');

/** The same mail with another HTML part. */
export const withHtml = (html: string): string =>
  SENT.replace(/(base64\r\n\r\n)[^\r]+/, (_, head: string) => head + Buffer.from(html).toString('base64'));

/** One line per finding; the whole report is searched for what must not be in it. */
export const found = (mail: string, publicUrl?: string): string[] => {
  const findings = lintMail(Buffer.from(mail, 'utf8'), publicUrl);
  const report = findingsText(findings);
  for (const clear of [ADDRESS, 'ada.lovelace', TOKEN, TOKEN.slice(4, 24)])
    expect(report).not.toContain(clear);
  return findings.map(({ level, where, what }) => `${level} ${where}: ${what}`);
};
export const without = (name: string): string =>
  SENT.replace(new RegExp(`^${name}:.*\r\n(?:[ \t].*\r\n)*`, 'mi'), '');
export const withHeader = (name: string, value: string): string =>
  without(name).replace('MIME-Version', () => `${name}: ${value}\r\nMIME-Version`);
