import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LinksController } from './links.controller.js';
import { Links } from './links.service.js';
import { ObjectionsController } from './objections.controller.js';
import { OpenOnOptIn } from './open-on-opt-in.reaction.js';
import { OppositionList } from './opposition-list.service.js';
import { OptIns } from './opt-ins.service.js';
import { PageAssetsController } from './page-assets.controller.js';
import { PreferencesController } from './preferences.controller.js';
import { PublicPages } from './public-pages.service.js';
import { RecordDeclined } from './record-declined.reaction.js';
import { SpreadToAddresses } from './spread-to-addresses.reaction.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { OppositionWaker } from './waker.service.js';

/** What of Fastify is needed to leave a body alone. */
interface Hooks {
  addHook(
    name: 'onRequest',
    hook: (
      request: { url: string; headers: Record<string, unknown> },
      reply: unknown,
      done: () => void,
    ) => void,
  ): unknown;
}

/** Needs the ports, `Policies`, `Clock` and `PublicUrl` from the application. */
@Module({
  controllers: [
    ObjectionsController,
    LinksController,
    UnsubscribeController,
    PreferencesController,
    PageAssetsController,
    SpreadToAddresses,
    RecordDeclined,
    OpenOnOptIn,
  ],
  providers: [OppositionList, OptIns, Links, PublicPages, OppositionWaker],
  exports: [OppositionList, Links, OppositionWaker],
})
export class OppositionModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  /**
   * Whatever a mail provider posts to a link, of whatever type, broken or not, means the same (RFC 8058 §3.2): the
   * body is not parsed, so it cannot be refused.
   */
  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<Partial<Hooks> | undefined>();
    server?.addHook?.('onRequest', ({ url, headers }, _, done) => {
      if (/^\/[up]\//.test(url)) {
        for (const name of ['content-type', 'content-length', 'transfer-encoding']) delete headers[name];
      }
      done();
    });
  }
}
