/** Lines of a file are in work side by side, but for those about one person: they take effect in the file's order. */
export class LinesOfOne {
  private readonly last = new Map<string, Promise<void>>();

  /** Runs the work when that of earlier calls with any of these names is over, however it ended. */
  inTurn<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = names.flatMap((name) => this.last.get(name) ?? []);
    const mine = before.length === 0 ? work() : Promise.all(before).then(work);
    const over = mine.then(
      () => undefined,
      () => undefined, // told to whoever asked for it
    );
    for (const name of names) this.last.set(name, over);
    void over.then(() => {
      for (const name of names) if (this.last.get(name) === over) this.last.delete(name);
    });
    return mine;
  }
}
