import { ConfigFaults, readConfig } from './config.js';

const FROM = 'no-reply@example.org';
const mailOf = (env: Record<string, string>) => readConfig(env).mail;
const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return error instanceof ConfigFaults ? error.faults : [String(error)];
  }
};

describe('The settings of mail', () => {
  it.each([
    ['smtp://mx.example.org', { host: 'mx.example.org', port: 587, secure: false }],
    ['smtps://mx.example.org/', { host: 'mx.example.org', port: 465, secure: true }],
    ['smtp://localhost:1025', { host: 'localhost', port: 1025, secure: false }],
    ['smtp://[::1]:25', { host: '::1', port: 25, secure: false }],
    [
      'smtp://user%40example.org:p%3Aa%2Fs%20s@mx.example.org:2525',
      {
        host: 'mx.example.org',
        port: 2525,
        secure: false,
        auth: { user: 'user@example.org', pass: 'p:a/s s' },
      },
    ],
  ])('read %s', (url, smtp) =>
    expect(mailOf({ ASSENT_SMTP_URL: url, ASSENT_MAIL_FROM: FROM })).toEqual({ from: FROM, smtp }),
  );

  it.each([
    'mx.example.org:587',
    'https://mx.example.org',
    'smtp://',
    'smtp:mx.example.org',
    'smtp://hunter2@mx.example.org',
    'smtp://:hunter2@mx.example.org',
    'smtp://user:hunter2%@mx.example.org',
    'smtp://user:hunter2%0d%0a@mx.example.org',
    'smtp://mx.example.org/path',
    'smtp://mx.example.org?tls.rejectUnauthorized=false',
    'smtp://mx.example.org:0',
    'smtp://mx.example.org:99999',
  ])('refuse %s, without repeating it', (url) => {
    const faults = faultsOf({ ASSENT_SMTP_URL: url, ASSENT_MAIL_FROM: FROM });
    expect(faults).toEqual([expect.stringMatching(/^ASSENT_SMTP_URL must be /)]);
    expect(faults[0]).not.toContain('hunter2');
  });

  it('need a sender with a server', () =>
    expect(faultsOf({ ASSENT_SMTP_URL: 'smtp://mx.example.org' })).toEqual([
      expect.stringMatching(/^ASSENT_MAIL_FROM is needed/),
    ]));

  it.each([
    'Us <us@example.org>',
    'us@example.org, them@example.org',
    'us',
    'us@example.org\r\nBcc: x@example.net',
    '"u s"@example.org',
  ])('take one bare address as the sender, not %j', (from) =>
    expect(faultsOf({ ASSENT_MAIL_FROM: from })).toEqual([
      expect.stringMatching(/^ASSENT_MAIL_FROM must be /),
    ]),
  );

  it.each([
    [{}, 'no-reply@localhost'],
    [{ ASSENT_PUBLIC_URL: 'https://consent.example.org/base' }, 'no-reply@consent.example.org'],
    [{ ASSENT_PUBLIC_URL: 'http://127.0.0.1:8080' }, 'no-reply@localhost'],
    [{ ASSENT_PUBLIC_URL: 'http://[::1]:8080' }, 'no-reply@localhost'],
    [{ ASSENT_MAIL_FROM: FROM }, FROM],
  ])('keep mails as files without a server: with %j they come from %s', (env, from) =>
    expect(mailOf(env)).toEqual({ from, smtp: undefined }),
  );

  it('are told with all other faults', () =>
    expect(faultsOf({ ASSENT_SMTP_URL: 'x', PORT: 'eighty', LOG_LEVEL: 'loud' })).toHaveLength(4));
});

describe('The mailbox of unsubscribes', () => {
  it('is none unless it is named', () => {
    expect(mailOf({})).not.toHaveProperty('unsubscribeMailbox');
    expect(mailOf({ ASSENT_UNSUBSCRIBE_MAILBOX: 'stop@example.org' })).toMatchObject({
      unsubscribeMailbox: 'stop@example.org',
    });
  });

  it.each([
    'Stop <stop@example.org>',
    'stop',
    'a@example.org,b@example.org',
    'st op@example.org',
    'é@example.org',
  ])('is one address: %s is none', (text) =>
    expect(faultsOf({ ASSENT_UNSUBSCRIBE_MAILBOX: text })).toEqual([
      expect.stringMatching(/^ASSENT_UNSUBSCRIBE_MAILBOX must be/),
    ]),
  );
});
