import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { mailerContract, mailNamed, type TakenMail } from '@assent/ports';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { parsed } from './parsed-spec.js';
import { SmtpMailer, type SmtpSettings } from './smtp-mailer.js';

const FROM = 'no-reply@consent.example.org';

interface Running {
  readonly port: number;
  readonly taken: TakenMail[];
  close(): Promise<void>;
}

/** A mail server with rules: `smtp-server`, keeping what it takes. */
async function serving(options: SMTPServerOptions = {}): Promise<Running> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      void text(stream).then(async (raw) => {
        taken.push(await parsed(raw, session.envelope.rcptTo.map(({ address }) => address).join()));
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined); // clients that hang up on a bad certificate
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo;
  return { port, taken, close: () => new Promise<void>((closed) => server.close(closed)) };
}

const mailerTo = (port: number, over: Partial<SmtpSettings> = {}): SmtpMailer =>
  new SmtpMailer({ host: '127.0.0.1', port, secure: false, from: FROM, ...over });

mailerContract('SMTP', async () => {
  const server = await serving();
  const mailer = mailerTo(server.port);
  return {
    mailer,
    from: FROM,
    taken: () => Promise.resolve(server.taken),
    async close() {
      mailer.close();
      await server.close();
    },
  };
});

describe('A mail over SMTP', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  const served = async (options?: SMTPServerOptions): Promise<Running> => {
    const server = await serving(options);
    open.push(server);
    return server;
  };
  const sending = (port: number, over?: Partial<SmtpSettings>, mail = mailNamed('m1')): Promise<string> => {
    const mailer = mailerTo(port, over);
    open.push(mailer);
    return mailer.send(mail).then(
      () => 'sent',
      (error: { kind: string; message: string }) => `${error.kind}: ${error.message}`,
    );
  };
  const answering = (code: number, words: string) => Object.assign(new Error(words), { responseCode: code });

  it('comes from the sender, which is also where bounces go, and goes to its person alone', async () => {
    const envelopes: unknown[] = [];
    const { port, taken } = await served({
      onMailFrom({ address }, _, done) {
        envelopes.push(address);
        done();
      },
    });
    expect(await sending(port)).toBe('sent');
    expect([envelopes, taken.map(({ recipient }) => recipient)]).toEqual([[FROM], ['ada@example.org']]);
  });

  it('reaches an address beyond ASCII', async () => {
    const { port, taken } = await served();
    const elodie = mailNamed('m1', { to: 'élodie@example.org' });
    expect(await sending(port, {}, elodie)).toBe('sent');
    expect(taken.map(({ to }) => to)).toEqual([['élodie@example.org']]);
  });

  it('that the server takes for nobody is refused; that it cannot take now is for later', async () => {
    const { port } = await served({
      onRcptTo({ address }, _, done) {
        done(answering(address.startsWith('ada') ? 550 : 452, `5.1.1 <${address}> unknown`));
      },
    });
    expect(await sending(port)).toBe('refused: the mail server answered 550 5.1.1 to RCPT TO');
    expect(await sending(port, {}, mailNamed('m2', { to: 'eve@example.net' }))).toMatch(
      /^temporary: .* 452 /,
    );
  });

  it('that the server finds wrong after its last line is refused', async () => {
    const { port } = await served({
      onData(stream, _, done) {
        stream.resume().on('end', () => done(answering(554, 'ada@example.org is spam')));
      },
    });
    expect(await sending(port)).toBe('refused: the mail server answered 554 to DATA');
  });

  it('waits for an operator when the login is wrong, and says so without the login', async () => {
    const options: SMTPServerOptions = {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _, done) =>
        password === 'right'
          ? done(null, { user: username })
          : done(answering(535, `${username ?? ''} is wrong`)),
    };
    const { port, taken } = await served(options);
    const login = (pass: string) => ({ auth: { user: 'mailer@example.org', pass } });
    const wrong = await sending(port, login('hunter2'));
    expect(wrong).toMatch(/^temporary: /);
    expect(wrong).not.toMatch(/hunter2|example/);
    expect(await sending(port)).toMatch(/^temporary: the mail server answered 530/);
    expect(await sending(port, login('right'))).toBe('sent');
    expect(taken).toHaveLength(1);
  });

  it('does not leave for a server elsewhere that offers no TLS, nor for one whose certificate does not verify', async () => {
    const plain = await served();
    const selfSigned = await served({ disabledCommands: [] });
    // 0.0.0.0 is this machine too, and no loopback address by its name.
    expect(await sending(plain.port, { host: '0.0.0.0' })).toMatch(/^temporary: .*TLS/);
    expect(await sending(selfSigned.port, { host: '0.0.0.0' })).toMatch(/^temporary: /);
    expect([plain.taken, selfSigned.taken]).toEqual([[], []]);
  });

  it('goes to this machine also over a certificate that it made itself', async () => {
    const { port, taken } = await served({ disabledCommands: [] });
    expect(await sending(port, { host: 'localhost' })).toBe('sent');
    expect(taken).toHaveLength(1);
  });

  it('is for later when nobody listens', async () => {
    const server = await serving();
    await server.close();
    expect(await sending(server.port)).toMatch(/^temporary: the mail server could not be reached \(/);
  });

  it('is for later when the server says nothing, within the deadline, and its connection is closed', async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    open.push({
      close() {
        for (const socket of sockets) socket.destroy();
        silent.close();
      },
    });
    const { port } = silent.address() as AddressInfo;
    expect(await sending(port, { deadlineMs: 100 })).toBe(
      'temporary: the mail server did not answer in time',
    );
  });

  it('is sent again when the connection broke off before the server had taken it', async () => {
    let connections = 0;
    const { port, taken } = await served({
      onMailFrom(_, session, done) {
        connections++;
        if (connections > 1) return done();
        done(answering(421, 'closing'));
      },
    });
    const mailer = mailerTo(port);
    open.push(mailer);
    await mailer.send(mailNamed('m1')).catch(() => mailer.send(mailNamed('m1')));
    expect(taken).toHaveLength(1);
  });
});
