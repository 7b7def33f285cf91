import type { Store } from './store';

export type Fetched<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

export type FetchedMap<T> = ReadonlyMap<string, Fetched<T>>;

/** What is fetched for what a panel shows: each thing once, by name and key, in the panel's state. */
export class Fetches<S extends Readonly<Record<C, FetchedMap<unknown>>>, C extends string> {
  constructor(
    private readonly store: Store<S>,
    /** What the answers belong to. One that comes after it has become another is dropped: the maps were emptied meanwhile. */
    private readonly shown: (state: S) => unknown,
    /** How many answers stay of what is large; those that were looked at longest ago are forgotten. */
    private readonly kept: Readonly<Partial<Record<C, number>>>,
  ) {}

  /** Unless it is here or on its way. */
  async need<T>(what: C, key: string, call: () => Promise<T>): Promise<void> {
    const there = this.store.get()[what].get(key);
    if (there) {
      // Looked at again: the last to be forgotten.
      if (this.kept[what] !== undefined) this.put(what, key, there);
      return;
    }
    const shown = this.shown(this.store.get());
    this.put(what, key, { kind: 'loading' });
    let fetched: Fetched<T>;
    try {
      fetched = { kind: 'here', value: await call() };
    } catch (error) {
      fetched = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
    if (this.shown(this.store.get()) === shown) this.put(what, key, fetched);
  }

  /** So that it is fetched again. */
  forget(what: C, key: string): void {
    this.put(what, key, null);
  }

  private put(what: C, key: string, value: Fetched<unknown> | null): void {
    const next = new Map<string, Fetched<unknown>>(this.store.get()[what]);
    next.delete(key);
    if (value) next.set(key, value);
    const most = this.kept[what] ?? Infinity;
    while (next.size > most) next.delete(next.keys().next().value!);
    this.store.set({ [what]: next } as unknown as Partial<S>);
  }
}
