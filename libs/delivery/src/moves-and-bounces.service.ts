import { Injectable } from '@nestjs/common';
import type { Address } from '@assent/contract';
import { Clock } from '@assent/kernel';
import { OppositionList } from '@assent/opposition';
import { Directory, Keyring } from '@assent/ports';
import { SubjectDirectory } from '@assent/subject';
import type { Saying } from './refusals.service.js';

/** As long as the address of an unknown person who objected: so that every tool can be told. */
const HOLD_MS = 30 * 24 * 3_600_000;

/** What tools learn about addresses. None of it says anything about consent. */
@Injectable()
export class MovesAndBounces {
  constructor(
    private readonly people: SubjectDirectory,
    private readonly list: OppositionList,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** A message was refused for good: nobody is reached there (`undeliverable`). False: nothing new, or nobody known. */
  async bounced({ active, who, at, commandId }: Saying): Promise<boolean> {
    const { tenant, id } = active.integration;
    const address = who.state?.addresses.find(({ key }) => key === who.key);
    if (who.subjectId === null || address === undefined || who.state?.erasedAt !== null) return false;
    const { kind, key } = address;
    const command = { type: 'bounce', at, kind, key } as const;
    const { events } = await this.people.send(tenant, who.subjectId, command, {
      ...{ actor: `integration:${id}`, commandId },
    });
    return events.length > 0;
  }

  /**
   * The person's address is another one there. It is added to a person who is known; the old one stays, as a tool's word
   * takes nothing away. What was refused under either is refused under both, also when the new one is somebody else's.
   */
  async moved({ active, who, at, commandId }: Saying, to: Address): Promise<boolean> {
    const { tenant, id } = active.integration;
    const by = { actor: `integration:${id}`, commandId };
    const key = this.keyring.addressKey(tenant, to);
    if (who.keys.includes(key)) return false;
    let added = false;
    if (who.subjectId !== null && who.state?.erasedAt === null) {
      const owner = await this.directory.claim(tenant, key, who.subjectId);
      if (owner === who.subjectId) {
        await this.directory.keep(tenant, who.subjectId, key, to);
        const command = { type: 'addAddress', at, kind: to.kind, key } as const;
        added = (await this.people.send(tenant, who.subjectId, command, by)).events.length > 0;
      }
    }
    const states = await this.list.states(tenant, [...who.keys, key]);
    if (states.every(({ entries }) => entries.length === 0)) return added;
    if ((await this.directory.owner(tenant, key)) === undefined) {
      await this.directory.hold(tenant, key, { address: to, until: this.clock.now() + HOLD_MS });
    }
    await this.list.align(tenant, [...who.keys, key], { actor: by.actor });
    return true;
  }
}
