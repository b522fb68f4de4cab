import { Injectable } from '@nestjs/common';
import type { Address, SubjectFact, SubjectState } from '@assent/contract';
import { Clock } from '@assent/kernel';
import { OppositionList } from '@assent/opposition';
import { Directory, Keyring, type Handled, type Origin, type ResolvedSubject } from '@assent/ports';
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
    const sent = await this.isDead(tenant, who, at, { actor: `integration:${id}`, commandId });
    return sent !== undefined && sent.events.length > 0;
  }

  /** The same of the address that `who` was found by, whoever says it. `undefined`: nobody has it, or was erased. */
  async isDead(
    tenant: string,
    who: ResolvedSubject,
    at: number,
    by: Pick<Origin, 'actor' | 'commandId'>,
  ): Promise<Handled<SubjectState, SubjectFact, string> | undefined> {
    const address = who.state?.addresses.find(({ key }) => key === who.key);
    if (who.subjectId === null || address === undefined || who.state?.erasedAt !== null) return undefined;
    const { kind, key } = address;
    return this.people.send(tenant, who.subjectId, { type: 'bounce', at, kind, key }, by);
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
