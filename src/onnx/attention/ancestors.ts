import type { Value } from '../graph/graph';

/** The values that `value` is computed from, itself included. */
export function ancestors(value: Value): Set<Value> {
  const seen = new Set<Value>([value]);
  const stack = [value];
  for (let v; (v = stack.pop());)
    for (const input of v.producer?.inputs ?? [])
      if (input && !seen.has(input)) {
        seen.add(input);
        stack.push(input);
      }
  return seen;
}
