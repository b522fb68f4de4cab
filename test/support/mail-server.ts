import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** Takes every mail and keeps it as the embedded profile would: one `.eml` file each, in their order. */
export class MailServer {
  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(folder: string): Promise<MailServer> {
    mkdirSync(folder, { recursive: true });
    let count = 0;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData(stream, _, done) {
        const name = `${String((count += 1)).padStart(6, '0')}.eml`;
        text(stream).then((raw) => {
          writeFileSync(join(folder, name), raw);
          done();
        }, done);
      },
    });
    server.on('error', () => undefined); // clients that are killed
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.server.address() as AddressInfo;
    return new MailServer(server, `smtp://127.0.0.1:${port}`);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
