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

/** Sizes carry no content. */
export const shapeOnly: ReadonlySet<string> = new Set([
  'Shape',
  'Size',
  'ConstantOfShape',
  'Range',
  'EyeLike',
  'RandomNormalLike',
  'RandomUniformLike',
]);

/** Whether `value` is computed from one of `sources`, its sizes apart. */
export function dependsOn(value: Value, sources: ReadonlySet<Value>): boolean {
  const seen = new Set<Value>([value]);
  const stack = [value];
  for (let v; (v = stack.pop());) {
    if (sources.has(v)) return true;
    if (!v.producer || shapeOnly.has(v.producer.type)) continue;
    for (const input of v.producer.inputs)
      if (input && !input.tensor && !seen.has(input)) {
        seen.add(input);
        stack.push(input);
      }
  }
  return false;
}
