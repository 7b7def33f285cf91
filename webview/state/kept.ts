import * as v from 'valibot';

/** What a window kept of an earlier panel, part by part: what another version wrote, or left out, is as it is at the start. */

/** A schema for every part of a view: a part that is missing here does not compile. */
export type Parts<T> = { readonly [K in keyof T]-?: v.GenericSchema<unknown, T[K]> };

export const part = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? (from as Record<string, unknown>)[key]
    : undefined;

export const kept = <T extends object>(parts: Parts<T>, saved: unknown, initial: T): T =>
  Object.fromEntries(
    (Object.keys(parts) as (keyof T & string)[]).map((key) => {
      const read = v.safeParse(parts[key], part(saved, key));
      return [key, read.success ? read.output : initial[key]];
    }),
  ) as T;
