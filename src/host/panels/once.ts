/** What is asked for once for each explanation, and forgotten with it. */
export class Once<Explained extends object, T> {
  private readonly asked = new WeakMap<Explained, Promise<T>>();

  get(explained: Explained, ask: () => Promise<T>): Promise<T> {
    const known = this.asked.get(explained);
    if (known) return known;
    const begun = Promise.resolve().then(ask);
    this.asked.set(explained, begun);
    // A failure is not kept: the next one to ask may have more luck.
    begun.catch(() => this.asked.delete(explained));
    return begun;
  }
}
