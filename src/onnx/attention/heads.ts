import type { Node, Value } from '../graph/graph';

const layouts: ReadonlySet<string> = new Set([
  'Reshape',
  'Transpose',
  'Identity',
  'Cast',
  'Squeeze',
  'Unsqueeze',
  'Mul',
  'DynamicQuantizeLinear',
]);

/**
 * Heads of an attention whose batch and heads share an axis: context [batch·heads, queries, d]. The heads are merged behind it, so the
 * width that goes into the output projection, divided by d, tells their number.
 */
export function mergedHeads(context: Value): number | undefined {
  const d = context.shape?.at(-1);
  if (typeof d !== 'number') return undefined;
  let at: Value | undefined = context;
  let heads: number | undefined;
  for (let i = 0; at && i < 8; i++) {
    const next: Node | undefined = [...at.consumers].find((n) => layouts.has(n.type) && n.inputs[0] === at);
    at = next?.outputs[0];
    const width = at?.shape?.at(-1);
    if (next?.type === 'Reshape' && typeof width === 'number' && width > d && width % d === 0) heads = width / d;
  }
  return heads;
}
