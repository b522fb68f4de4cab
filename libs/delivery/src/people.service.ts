import { Injectable } from '@nestjs/common';
import type { ConsentState, OppositionState } from '@assent/contract';
import { decide, Standings } from '@assent/eligibility';
import { Clock, streamOf } from '@assent/kernel';
import { Policies } from '@assent/policy';
import { Directory, EventLog, Subjects, type ResolvedSubject } from '@assent/ports';
import type { Known } from './desired.js';
import { People, type Person } from './people.js';

/** Persons as eligibility knows them: what a tool is told and what a question is answered come from one decision. */
@Injectable()
export class StandingPeople extends People {
  constructor(
    private readonly subjects: Subjects,
    private readonly standings: Standings,
    private readonly log: EventLog,
    private readonly directory: Directory,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async byKey(tenant: string, key: string, hint: string | null): Promise<Person> {
    const owned = await this.subjects.byKey(tenant, key);
    const resolved = owned.subjectId === null && hint !== null ? await this.byId(tenant, hint) : owned;
    const { subjectId, state } = resolved;
    return { subjectId, addresses: state?.addresses ?? [], known: await this.known(tenant, resolved) };
  }

  override async keysOf(tenant: string, subjectId: string): Promise<readonly string[]> {
    const { state } = await this.byId(tenant, subjectId);
    const keys = (state?.addresses ?? []).map(({ key }) => key);
    const owners = await this.directory.owners(tenant, keys);
    return keys.filter((_, index) => owners[index] === undefined || owners[index] === subjectId);
  }

  private async byId(tenant: string, id: string): Promise<ResolvedSubject> {
    const resolved = await this.subjects.resolve(tenant, { id });
    if ('malformed' in resolved) throw new Error(`${id} is no subject id`);
    return resolved;
  }

  private async known(tenant: string, resolved: ResolvedSubject): Promise<Known> {
    const standing = await this.standings.of(tenant, resolved);
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    const lists = resolved.keys.map((key) => streamOf('opposition', tenant, key));
    const own = resolved.subjectId === null ? [] : [streamOf('consent', tenant, resolved.subjectId)];
    const heads = await this.log.heads([...lists, ...own]);
    const oppositions = heads.slice(0, lists.length).flatMap((head) => (head ? [head.state] : []));
    return {
      subject: resolved.state,
      consent: (heads[lists.length]?.state ?? null) as ConsentState | null,
      oppositions: oppositions as OppositionState[],
      decide: (purpose, channel) => decide(standing, policy, purpose, channel, now),
    };
  }
}
