import { Module } from '@nestjs/common';
import { OppositionListModule } from './opposition-list.module.js';
import { SubscriptionEndController } from './subscription-end.controller.js';

/** A door of the newsletter service that leads here: whoever ends a subscription objects to its purpose. */
@Module({ imports: [OppositionListModule], controllers: [SubscriptionEndController] })
export class SubscriptionEndModule {}
