import { setTimeout as delay } from 'node:timers/promises';

/** Waits for something to become true, and gives it; rejects after `ms`, with what `said` reports of the state by then. */
export async function until<T>(
  check: () => T | Promise<T>,
  what: string,
  { ms = 20_000, said = () => '' }: { readonly ms?: number; readonly said?: () => string } = {},
): Promise<NonNullable<T>> {
  for (const end = Date.now() + ms; ;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited ${ms / 1000} s in vain for ${what}. ${said()}`);
    await delay(25);
  }
}
