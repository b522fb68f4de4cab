import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';

/** Ends what the app began, in order: first the work, last the store that the work needs. */
export class Shutdown implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly work: (() => Promise<void>)[] = [];

  constructor(private readonly store: { close(): Promise<void> }) {}

  /** Stopped before the HTTP connections close. */
  first(stop: () => Promise<void>): void {
    this.work.push(stop);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.work.map((stop) => stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
