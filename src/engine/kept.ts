interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

/** What was computed and may be wanted again, within a number of bytes: the longest unused goes first. Whatever is kept can be computed again. */
export class Kept {
  /** The longest unused first. */
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  /** @param limit in bytes */
  constructor(readonly limit: number) {}

  /** @param T as it was set under this name */
  get<T>(name: string): T | undefined {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    this.entries.delete(name);
    this.entries.set(name, entry);
    return entry.value as T;
  }

  /**
   * What is kept under this name; else it is made, and kept.
   * @param name null: it is made each time
   * @param T as it was made under this name before
   */
  async of<T>(name: string | null, make: () => Promise<T>, bytes: (made: T) => number): Promise<T> {
    const known = name === null ? undefined : this.get<T>(name);
    if (known !== undefined) return known;
    const made = await make();
    if (name !== null) this.set(name, made, bytes(made));
    return made;
  }

  /** What is larger than the limit is not kept. */
  set(name: string, value: unknown, bytes: number): void {
    this.drop(name);
    if (bytes > this.limit) return;
    this.entries.set(name, { value, bytes });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limit) return;
      this.drop(oldest);
    }
  }

  /** Where memory runs out, it is needed more elsewhere. */
  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private drop(name: string): void {
    this.bytes -= this.entries.get(name)?.bytes ?? 0;
    this.entries.delete(name);
  }
}
