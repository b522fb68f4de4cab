import { Module } from '@nestjs/common';
import { SignUps } from './sign-ups.service.js';
import { Subscriptions } from './subscriptions.service.js';

/** Subscriptions without doors and reactions. Needs the ports (with `Gate` and `Subjects`), `Policies` and `Clock`. */
@Module({ providers: [Subscriptions, SignUps], exports: [Subscriptions, SignUps] })
export class SubscriptionsModule {}
