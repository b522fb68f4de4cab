import { Module } from '@nestjs/common';
import { Prospects } from './prospects.service.js';

/** Prospects without doors and reactions, for whoever learns what became of a message. Needs the ports, `Policies` and `Clock`. */
@Module({ providers: [Prospects], exports: [Prospects] })
export class ProspectsModule {}
