import { Injectable } from '@nestjs/common';
import { Clock, ulid } from '@assent/kernel';
import { Records } from '@assent/ports';

/** So long an import can be undone. */
export const UNDO_MS = 90 * 24 * 3_600_000;
/** The last character of a block's id, so that an import is listed in parts. */
const PARTS = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];

interface Block {
  readonly ids: string[];
  readonly written: Promise<void>;
}

/**
 * Whom an import may have changed: noted, durably, before anything of it is recorded. Too much may be in it, for a
 * process may die in between; what really happened stands in the streams, by `causedBy`.
 */
@Injectable()
export class ImportJournal {
  private readonly open = new Map<string, Block>();
  private readonly last = new Map<string, Promise<unknown>>();

  constructor(
    private readonly records: Records,
    private readonly clock: Clock,
  ) {}

  /** Those who come while a block is being written share the next one. */
  note(tenant: string, importId: string, subjectId: string): Promise<void> {
    const name = `import/${tenant}/${importId}`;
    const block = this.open.get(name) ?? this.begin(name);
    block.ids.push(subjectId);
    return block.written;
  }

  /** Everybody noted, block by block; somebody may come twice. */
  async *noted(tenant: string, importId: string): AsyncGenerator<readonly string[]> {
    for (const part of PARTS) {
      const prefix = `import/${tenant}/${importId}/${part}/`;
      for (const { value } of await this.records.list<string[]>(prefix, this.clock.real())) yield value;
    }
  }

  private begin(name: string): Block {
    const ids: string[] = [];
    const before = this.last.get(name) ?? Promise.resolve();
    const written = before.then(() => {
      this.open.delete(name);
      return this.write(name, ids);
    });
    const settled = written
      .catch(() => undefined) // thrown at those who wait for it
      .then(() => {
        if (this.last.get(name) === settled) this.last.delete(name);
      });
    this.last.set(name, settled);
    const block = { ids, written };
    this.open.set(name, block);
    return block;
  }

  private write(name: string, ids: readonly string[]): Promise<void> {
    const now = this.clock.real();
    const id = ulid(now);
    return this.records.put(`${name}/${id.slice(-1)}/${id}`, ids, now + UNDO_MS);
  }
}
