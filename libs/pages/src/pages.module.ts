import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller.js';
import { Links } from './links.service.js';
import { Pages } from './pages.service.js';

/** Needs `Policies`, `Directory`, `Subjects`, `Keyring`, `Clock` and `PublicUrl` from the application. */
@Module({ controllers: [AssetsController], providers: [Pages, Links], exports: [Pages, Links] })
export class PagesModule {}
