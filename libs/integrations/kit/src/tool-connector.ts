import {
  Connector,
  type Capabilities,
  type Contact,
  type Desired,
  type IntegrationSettings,
  type Observed,
  type Outcome,
  type ToolChanges,
} from '@assent/ports';
import type { VendorApi } from './api.js';
import { Attempt } from './attempt.js';
import { readOn } from './delta.js';
import { pagesOf } from './listing.js';
import { EVERYTHING, owedBy, type Owed } from './owed.js';
import { outOf, seenOf, standOf, stopsOf, summed, UNREAD, type Seen } from './seen.js';
import type { Standing, Tool, Who } from './tool.js';

export interface Made {
  /** Kind, version and contract, for receipts. */
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly api: VendorApi;
  readonly tool: Tool;
  /** The target of one entry of the settings. */
  readonly nameOf: (target: Readonly<Record<string, string>>) => string | undefined;
}

/**
 * Brings one tool to a desired state: reads, writes the difference and nothing else, stops before opt-ins. So repeating
 * it has no second effect, and a crash between two calls leaves nothing half meant.
 */
export class ToolConnector extends Connector {
  override readonly version: string;
  override readonly capabilities: Capabilities;
  declare readonly listIn?: NonNullable<Connector['listIn']>;
  private readonly tool: Tool;

  constructor(
    private readonly settings: IntegrationSettings,
    private readonly made: Made,
  ) {
    super();
    this.version = made.version;
    this.capabilities = made.capabilities;
    this.tool = made.tool;
    if (made.tool.listing !== undefined) this.listIn = (now) => pagesOf(made.tool, made.api, now);
  }

  override async probe(): Promise<Outcome> {
    const attempt = new Attempt(this.made.api, Number.NaN);
    const reply = await this.tool.account(attempt);
    if (reply.class !== 'done') attempt.failed(reply);
    else {
      attempt.count('done');
      const targets = Object.values(this.settings.purposes).flatMap((one) => this.made.nameOf(one) ?? []);
      for (const target of new Set(targets)) if (!attempt.halted) await this.exists(attempt, target);
    }
    return attempt.outcome();
  }

  override async apply(desired: Desired): Promise<Outcome> {
    const attempt = new Attempt(this.made.api, desired.sentAt);
    const who = this.who(desired, attempt);
    if (who === undefined) return attempt.outcome();
    const owed = owedBy(desired, this.settings, this.made.nameOf);
    if (!owed.everything && owed.out.length === 0 && owed.in.length === 0) return attempt.outcome();
    const standing = await this.tool.read(attempt, who);
    if (standing === undefined) return attempt.outcome();
    const there = await this.there(attempt, owed, standing);
    const stopped = await this.stop(attempt, who, there, standing);
    if (stopped === 'failed' || there.in.length === 0 || attempt.halted) return attempt.outcome();
    // What was just written is read: some tools are told the whole record, and would be told the old one.
    const now = stopped === 'written' ? await this.tool.read(attempt, who) : standing;
    if (now !== undefined) await this.start(attempt, who, there, now);
    return attempt.outcome();
  }

  override async lookup(desired: Desired): Promise<Observed> {
    const attempt = new Attempt(this.made.api, desired.sentAt);
    const who = this.who(desired, attempt);
    const unread = { presence: 'absent' as const, ...summed([UNREAD]) };
    const standing = who === undefined ? undefined : await this.tool.read(attempt, who);
    const seenThere = () => ({
      calls: attempt.calls,
      ...(attempt.remaining !== undefined && { remaining: attempt.remaining }),
    });
    if (standing === undefined) return { ...unread, ...seenThere() };
    const { presence } = standing;
    const owed = owedBy(desired, this.settings, this.made.nameOf);
    if (desired.state.erase) {
      const gone: Seen =
        presence === 'absent' ? { match: 'equal', word: 'erased' } : { match: 'looser', word: 'subscribed' };
      // Where a stop outlives the person's record, it must have outlived the erasure.
      const kept =
        this.tool.keepsStops === true ? seenOf(owed, { ...standing, presence: 'present' }, this.tool) : [];
      const seen = this.capabilities.erase === undefined ? [...kept, gone] : kept;
      return { presence, ...summed(seen), ...seenThere() };
    }
    const there = await this.there(attempt, owed, standing);
    const lost = owed.mapped.length > there.mapped.length ? [UNREAD] : [];
    const seen = [...seenOf(there, standing, this.tool), ...lost];
    return { presence, ...summed(seen), ...seenThere(), out: outOf(standing) };
  }

  override async erase(desired: Desired): Promise<Outcome> {
    const attempt = new Attempt(this.made.api, desired.sentAt);
    const who = this.who({ ...desired, state: { ...desired.state, erase: true } }, attempt);
    const standing = who === undefined ? undefined : await this.tool.read(attempt, who);
    if (who === undefined || standing === undefined) return attempt.outcome();
    const owed = owedBy(desired, this.settings, this.made.nameOf);
    if (standing.presence === 'absent' && this.tool.keepsStops !== true) {
      // The same answer as from the wrong account: only a target that is there tells them apart.
      const there = await this.there(attempt, { ...owed, out: owed.mapped }, standing);
      if (there.mapped.length === owed.mapped.length) attempt.count('done');
    } else {
      const reply = await this.tool.remove(attempt, who, standing);
      const gone = reply.class === 'done' || reply.class === 'not-found';
      if (gone) attempt.count('done');
      else if ('evidence' in reply) attempt.failed(reply);
      else attempt.count(reply.class, reply.detail);
      if (gone && this.tool.keepsStops === true) await this.stop(attempt, who, owed, standing);
    }
    return attempt.outcome();
  }

  override async contact(id: string, sentAt: number): Promise<Contact | 'absent' | 'unread'> {
    if (this.tool.record === undefined) return 'absent';
    return (await this.tool.record(new Attempt(this.made.api, sentAt), id)) ?? 'unread';
  }

  override changesSince(cursor: string | null, sentAt: number): Promise<ToolChanges> {
    const delta = this.tool.delta ?? { listings: [], read: () => Promise.resolve(undefined) };
    return readOn(delta, new Attempt(this.made.api, sentAt), cursor);
  }

  private who({ address, addressKey, state, unknown, outSince }: Desired, attempt: Attempt): Who | undefined {
    const { kind, value } = address;
    if ((kind === 'email' || kind === 'phone') && this.capabilities.kinds.includes(kind)) {
      return { kind, value, addressKey, unknown, outSince, erase: state.erase };
    }
    attempt.count('not-applicable', `${kind} addresses are not held there`);
    return undefined;
  }

  /** Once per attempt. A target that is gone is a wrong setting, never an absent person (integrations.md §1.10). */
  private exists(attempt: Attempt, target: string): Promise<boolean> {
    return attempt.once(`target ${target}`, async () => {
      const reply = await this.tool.exists(attempt, target);
      if (reply.class === 'not-found') attempt.count('config', `target ${target} does not exist`);
      else if (reply.class !== 'done') attempt.failed(reply);
      return reply.class === 'done';
    });
  }

  /** What is owed at targets that are there: those that the tool names for the address, and those it is asked for. */
  private async there(attempt: Attempt, owed: Owed, { presence, targets }: Standing): Promise<Owed> {
    const gone = new Set<string>();
    const all = presence === 'absent' && owed.everything ? owed.mapped : [...owed.out, ...owed.in];
    for (const name of new Set(all)) {
      if (presence === 'present' && name in targets) continue;
      if (owed.everything && presence === 'present' && this.tool.closeAll !== undefined) continue;
      if (attempt.halted || !(await this.exists(attempt, name))) gone.add(name);
    }
    const kept = (names: readonly string[]) => names.filter((name) => !gone.has(name));
    const { everything, allBut, spared } = owed;
    return { everything, allBut, spared, out: kept(owed.out), in: kept(owed.in), mapped: kept(owed.mapped) };
  }

  /** When it failed, an opt-in waits: every stop is made first. */
  private async stop(
    attempt: Attempt,
    who: Who,
    owed: Owed,
    standing: Standing,
  ): Promise<'failed' | 'stands' | 'written'> {
    const { tool } = this;
    const switched = owed.everything && tool.closeAll !== undefined;
    const told = [...owed.out, ...(switched ? [EVERYTHING] : [])];
    if (told.length === 0) return 'stands';
    if (attempt.halted) return 'failed';
    const reply = await this.stopping(attempt, who, owed, standing);
    if (reply !== undefined && reply.class !== 'done') {
      // Read a moment ago: somebody else is at work there.
      attempt.failed(reply.class === 'not-found' ? { class: 'retry', detail: 'changed meanwhile' } : reply);
      return 'failed';
    }
    attempt.count('done');
    for (const name of told) attempt.closed.add(name);
    const entered = standing.presence === 'absent' && reply !== undefined && tool.keepsStops !== true;
    if (entered) attempt.closed.add(EVERYTHING);
    return reply === undefined ? 'stands' : 'written';
  }

  /** Undefined when it stands as it should. */
  private async stopping(attempt: Attempt, who: Who, owed: Owed, standing: Standing) {
    const { tool } = this;
    const absent = standing.presence === 'absent' && tool.keepsStops !== true;
    // Whoever is to be opened in the same breath is entered by that, in that target alone.
    const skipped = who.unknown === 'skip' || tool.tombstone === undefined || owed.in.length > 0;
    if (absent && skipped) return undefined;
    if (absent) return tool.tombstone?.(attempt, who, owed.out);
    if (owed.everything && tool.closeAll !== undefined) {
      return standing.all === 'out' ? undefined : tool.closeAll(attempt, who, standing);
    }
    const entered = tool.remembersAbsent === true && who.unknown === 'tombstone' ? owed.out : [];
    const open = stopsOf(owed, standing).filter((name) => {
      const stand = standOf(standing, name, tool);
      return stand === 'in' || (stand === 'none' && entered.includes(name));
    });
    return open.length === 0 ? undefined : tool.close(attempt, who, open, standing);
  }

  private async start(attempt: Attempt, who: Who, owed: Owed, standing: Standing): Promise<void> {
    const { tool } = this;
    const lift = standing.all === 'out';
    if (standing.blocked !== undefined)
      return attempt.count('refused', `${standing.blocked}: the tool's own block stays`);
    const isOurs = (name: string) => who.outSince[name] !== undefined;
    // Only what we closed: whoever else stopped the person there has not been overruled by anybody.
    if (lift && !isOurs(EVERYTHING))
      return attempt.count('refused', 'all marketing was stopped there by somebody else');
    const foreign = owed.in.filter(
      (name) => standOf(standing, name, tool) === 'out' && !isOurs(name) && !isOurs(EVERYTHING),
    );
    if (foreign.length > 0) attempt.count('refused', 'stopped there by somebody else');
    const ours = owed.in.filter((name) => !foreign.includes(name));
    const shut = ours.filter((name) => lift || standOf(standing, name, tool) !== 'in');
    if (shut.length === 0) return foreign.length > 0 ? undefined : attempt.count('done');
    const others = [...new Set([...Object.keys(standing.targets), ...owed.mapped])].filter(
      (name) => standOf(standing, name, tool) === 'in' && !owed.spared.includes(name),
    );
    if (lift && others.length > 0 && !owed.allBut) {
      const closed = await tool.close(attempt, who, others, standing);
      if (closed.class !== 'done') return attempt.failed(closed);
      const now = await tool.read(attempt, who);
      if (now !== undefined) await this.open(attempt, who, shut, now, lift);
      return;
    }
    await this.open(attempt, who, shut, standing, lift);
  }

  private async open(attempt: Attempt, who: Who, shut: readonly string[], standing: Standing, lift: boolean) {
    const reply = await this.tool.open(attempt, who, shut, standing, lift);
    if (reply.class === 'done') attempt.count('done');
    else attempt.failed(reply);
  }
}
