import { BlockList, isIP, isIPv6 } from 'node:net';
import { MailFailure, Mailer, type Mail } from '@assent/ports';
import nodemailer from 'nodemailer';
import { messageOf } from './message.js';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); otherwise by STARTTLS. */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** Address that mails come from and bounces go to. */
  readonly from: string;
  /** A server in a private network may be talked to without TLS: for tests and own networks only. */
  readonly allowPrivateNetworks?: boolean;
  /** Time for one mail, from asking to the server's word, milliseconds. */
  readonly deadlineMs?: number;
}

const CONNECTIONS = 4;
const CONNECT_MS = 10_000;
const SILENT_MS = 20_000;
const DEADLINE_MS = 60_000;

/**
 * Hands mails to a mail server (RFC 5321). Taken means: the server answered 250 after the last dot. A mail whose answer
 * was lost may be sent twice, with the same Message-ID. TLS with a certificate that verifies is required, except to this
 * machine, and to private networks where they are allowed.
 */
export class SmtpMailer extends Mailer {
  private readonly transport: ReturnType<typeof transportTo>;

  constructor(private readonly settings: SmtpSettings) {
    super();
    this.transport = transportTo(settings);
  }

  override async send(mail: Mail): Promise<void> {
    const { from, deadlineMs = DEADLINE_MS } = this.settings;
    const raw = await messageOf(mail, { from, at: Date.now() });
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      await this.transport.sendMail({ envelope: { from, to: [mail.to] }, raw, signal });
    } catch (error) {
      throw failureOf(error as SmtpError);
    }
  }

  /** Ends idle connections at once, others when their mail is sent. */
  close(): void {
    this.transport.close();
  }
}

const transportTo = ({ host, port, secure, auth, allowPrivateNetworks = false }: SmtpSettings) => {
  const near = isThisMachine(host) || (allowPrivateNetworks && isPrivate(host));
  return nodemailer.createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    maxRequeues: 1,
    host,
    port,
    secure,
    requireTLS: !near,
    // Who listens on this machine or in an own network has often made its certificate itself.
    tls: { rejectUnauthorized: !near },
    ...(auth && { auth: { ...auth } }),
    dnsTimeout: CONNECT_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
};

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** Commands whose refusal is about the mail; before them it is about us: a wrong password is mended by an operator. */
const ABOUT_THE_MAIL = /^(?:MAIL FROM|RCPT TO|DATA|API)$/;
/** RFC 4954: authentication is missing or not strong enough. */
const ABOUT_THE_LOGIN = [530, 534, 535, 538];

/** The server's own words may repeat the address: only its codes are told (RFC 5321 §4.2, RFC 3463). */
function failureOf({ code, command, responseCode, response }: SmtpError): MailFailure {
  if (code === 'EENVELOPE' && responseCode === undefined)
    return new MailFailure('refused', 'the recipient cannot be written in SMTP');
  if (responseCode === undefined || command === 'STARTTLS')
    return new MailFailure('temporary', told(command === 'STARTTLS' ? 'ETLS' : code));
  const where = command !== undefined && ABOUT_THE_MAIL.test(command) ? command : 'the connection';
  const isRefused =
    responseCode >= 500 &&
    responseCode !== 503 &&
    where !== 'the connection' &&
    !ABOUT_THE_LOGIN.includes(responseCode);
  const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '') ?? [];
  const status = enhanced === undefined ? String(responseCode) : `${responseCode} ${enhanced}`;
  return new MailFailure(
    isRefused ? 'refused' : 'temporary',
    `the mail server answered ${status} to ${where}`,
  );
}

function told(code: string | undefined): string {
  switch (code) {
    case 'ETLS':
      return 'the mail server offers no TLS, or its certificate does not verify';
    case 'EDNS':
      return "the mail server's name does not resolve";
    case 'ETIMEDOUT':
    case 'EABORT':
      return 'the mail server did not answer in time';
    case 'EAUTH':
      return 'the mail server does not take our login';
    default:
      return `the mail server could not be reached (${/^[A-Z_]{1,40}$/.test(code ?? '') ? code : 'no code'})`;
  }
}

const LOOPBACK = blockList(['127.0.0.0', 8], ['::1', 128]);
const PRIVATE = blockList(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
);

function blockList(...ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, isIPv6(net) ? 'ipv6' : 'ipv4');
  return list;
}

const within = (list: BlockList, host: string): boolean =>
  isIP(host) !== 0 && list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');

const isThisMachine = (host: string): boolean => host === 'localhost' || within(LOOPBACK, host);
/** A name without a dot means something in an own network alone. */
const isPrivate = (host: string): boolean =>
  within(PRIVATE, host) || (isIP(host) === 0 && (!host.includes('.') || host.endsWith('.internal')));
