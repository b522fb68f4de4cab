import type { Policy } from '@assent/policy';

/** One answer, and the instants between which nothing but a write can change it: `from` <= now < `until`. */
export interface Told {
  readonly text: string;
  readonly policy: Policy;
  readonly from: number;
  readonly until: number;
}

/** The answers about one address, by the place of the pair (purpose, channel) in the policy. */
export type Room = Map<number, Told>;

/** Addresses that are kept: some 60 MB. The one kept longest makes room. */
const MOST = 100_000;

/**
 * Answers as they were told, by tenant and address key, to be told again. Whoever writes forgets the address first: a room
 * that was taken before is out of the house, and what is put into it then, from heads read too early, nobody finds.
 */
export class ToldAnswers {
  private readonly rooms = new Map<string, Room>();

  constructor(private readonly most = MOST) {}

  find(tenant: string, key: string, pair: number): Told | undefined {
    return this.rooms.get(nameOf(tenant, key))?.get(pair);
  }

  /** To be taken before the heads are read. */
  room(tenant: string, key: string): Room {
    const name = nameOf(tenant, key);
    const before = this.rooms.get(name);
    if (before !== undefined) return before;
    if (this.rooms.size >= this.most) this.rooms.delete(this.rooms.keys().next().value as string);
    const room: Room = new Map();
    this.rooms.set(name, room);
    return room;
  }

  forget(tenant: string, key: string): void {
    this.rooms.delete(nameOf(tenant, key));
  }

  forgetAll(): void {
    this.rooms.clear();
  }
}

const nameOf = (tenant: string, key: string): string => `${tenant} ${key}`;
