/** How fast something may be done that hurries nobody: it waits between steps until it is told to hurry, or to stop. */
export class Pace {
  private hurried = false;
  private ended = false;
  private wake: () => void = () => undefined;

  get isHurried(): boolean {
    return this.hurried;
  }
  get isStopped(): boolean {
    return this.ended;
  }

  /** From now on nothing is waited for. */
  hurry(): void {
    this.hurried = true;
    this.wake();
  }

  stop(): void {
    this.ended = true;
    this.wake();
  }

  async rest(ms: number): Promise<void> {
    if (this.hurried || this.ended) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
