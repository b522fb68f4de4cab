import { Injectable } from '@nestjs/common';
import { parseStream } from '@assent/kernel';
import type { SubjectState } from '@assent/contract';
import { EventLog } from '@assent/ports';
import { Waker } from '@assent/runtime';
import { nextLook } from './erasure.js';
import { Erasures } from './erasures.service.js';
import { isBeingErased, subject } from './subject.js';

/** Carries an erasure on, from its first instant until it is completed. */
@Injectable()
export class SubjectWaker extends Waker {
  override readonly concept = 'subject';

  constructor(
    private readonly log: EventLog,
    private readonly erasures: Erasures,
  ) {
    super();
  }

  override async wake(stream: string, now: number): Promise<{ version: number; wakeAt: number | 'never' }> {
    const { tenant, key } = parseStream(stream);
    await this.erasures.advance(tenant, key);
    const { version, state } = await this.head(stream);
    return { version, wakeAt: isBeingErased(state) ? nextLook(state.erasedAt ?? now, now) : 'never' };
  }

  override async wakeAt(stream: string): Promise<{ version: number; wakeAt: number | 'never' }> {
    const { version, state } = await this.head(stream);
    return { version, wakeAt: subject.wakeAt(state, undefined) };
  }

  private async head(stream: string) {
    return (await this.log.head<SubjectState>(stream)) ?? { version: 0, state: subject.initial };
  }
}
