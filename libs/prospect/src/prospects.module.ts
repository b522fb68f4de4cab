import { Module } from '@nestjs/common';
import { Permits } from './permits.service.js';
import { Prospects } from './prospects.service.js';

/**
 * Prospects and permits without doors and reactions, for whoever sends, or learns what became of a message. Needs the
 * ports (with `Gate` and `Subjects`), `Policies` and `Clock`.
 */
@Module({ providers: [Prospects, Permits], exports: [Prospects, Permits] })
export class ProspectsModule {}
