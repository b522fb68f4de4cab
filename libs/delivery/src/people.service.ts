import { Injectable } from '@nestjs/common';
import { decide, Standings } from '@assent/eligibility';
import { Clock } from '@assent/kernel';
import { Policies } from '@assent/policy';
import { Directory, Subjects, type ResolvedSubject } from '@assent/ports';
import type { Known } from './desired.js';
import { People, type Person } from './people.js';

/** Persons as eligibility knows them: what a tool is told and what a question is answered come from one decision. */
@Injectable()
export class StandingPeople extends People {
  constructor(
    private readonly subjects: Subjects,
    private readonly standings: Standings,
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
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    const standing = await this.standings.of(tenant, resolved, now);
    // The key is not asked about: whether it can be reached is no reason to spare a tool a stop.
    const person = { ...standing, key: null };
    return {
      ...person,
      decide: (purpose, channel) => decide(person, policy, purpose, channel, now, { explain: true }),
    };
  }
}
