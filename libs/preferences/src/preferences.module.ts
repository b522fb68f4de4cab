import { Module } from '@nestjs/common';
import { PreferencesController } from './preferences.controller.js';

/** Needs the ports, `Policies`, `Subjects`, `Clock`, and the providers of eligibility. */
@Module({ controllers: [PreferencesController] })
export class PreferencesModule {}
