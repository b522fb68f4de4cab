import { Injectable } from '@nestjs/common';
import { streamOf } from '@assent/kernel';
import type { SubjectState } from '@assent/contract';
import { Directory, EventLog, type Head, type ResolvedSubject } from '@assent/ports';
import { isRegistered } from '@assent/subject';

/** Who owns address keys, for many at once: one read of their claims, one of their persons. */
@Injectable()
export class People {
  constructor(
    private readonly log: EventLog,
    private readonly directory: Directory,
  ) {}

  /** As `Subjects.byKey`, in the order of the keys. */
  async byKeys(tenant: string, keys: readonly string[]): Promise<ResolvedSubject[]> {
    const owners = await this.directory.owners(tenant, keys);
    const ids = [...new Set(owners.filter((owner) => owner !== undefined))];
    const heads = await this.log.heads(ids.map((id) => streamOf('subject', tenant, id)));
    const persons = new Map(ids.map((id, index) => [id, heads[index] as Head<SubjectState> | undefined]));
    return keys.map((key, index) => {
      const owner = owners[index];
      const head = owner === undefined ? undefined : persons.get(owner);
      if (owner === undefined || head === undefined || !isRegistered(head.state)) {
        return { subjectId: null, state: null, version: 0, key, address: null, keys: [key] };
      }
      const { state, version } = head;
      const all = [...new Set([key, ...state.addresses.map((known) => known.key)])];
      return { subjectId: owner, state, version, key, address: null, keys: all };
    });
  }

  /** The address keys whose answers may rest on the stream; none when it is nobody's. */
  async touchedBy(stream: { concept: string; tenant: string; key: string }): Promise<string[]> {
    const { concept, tenant, key } = stream;
    if (concept === 'delivery') return [];
    if (concept === 'opposition') return [...((await this.byKeys(tenant, [key]))[0]?.keys ?? [key])];
    const head = await this.log.head<SubjectState>(streamOf('subject', tenant, key));
    return head?.state.addresses.map((known) => known.key) ?? [];
  }
}
