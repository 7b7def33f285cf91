/** `last`, where each of its parts is the same as in `next` (Object.is); else `next`. So that views can compare what is made anew. */
export function sameParts<T extends object>(last: T | null, next: T): T {
  if (!last) return next;
  const keys = Object.keys(next) as (keyof T)[];
  return keys.length === Object.keys(last).length && keys.every((key) => Object.is(last[key], next[key])) ? last : next;
}
