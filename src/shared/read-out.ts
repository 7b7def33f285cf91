import type { LayerRange, Method, PoolingTrace, TowerTrace } from './explanation';
import { entry, row, rowTimes, type Matrix } from './matrix';
import { oneHot, relevanceRow } from './relevance';
import { rolloutRow } from './rollout';
import type { FloatTensor } from './tensor';

/** The tensors of a trace that a method reads layer by layer. */
export const traceOf = {
  relevance: 'relevance',
  signed: 'signed',
  rollout: 'attention',
  raw: 'attention',
  'grad-cam': 'gradCam',
} as const satisfies Record<Method, keyof TowerTrace>;

type TraceKey = (typeof traceOf)[Method];

/**
 * The read-out row of prompt k over all tokens of the tower, [T].
 *
 * A tower with a pooling head is read through the head in every case, since nothing else leads from the patches to the
 * embedding: its row takes the place of the one-hot row, and the blocks of the range follow. The head is layer L behind the blocks
 * 0 … L − 1 (see `layerCount`), so that 'last' is the head alone and 'all' is Ā_head·R of the stack. Raw attention and
 * grad-CAM look at one layer, the last of the range; where that is a block, its rows are weighed by the head's attention.
 */
export function readOutRow(
  trace: TowerTrace,
  method: Method,
  { first, last }: LayerRange,
  k: number,
  readOut: number,
): Float64Array {
  const of = (tensors: readonly FloatTensor[]): Matrix[] => tensors.slice(first, last + 1).map((t) => entry(t, k));
  const key = traceOf[method];
  if (method === 'relevance' || method === 'signed')
    return relevanceRow(of(trace[key]), startRow(trace, key, k, readOut));
  if (method === 'rollout') return rolloutRow(of(trace.attention), startRow(trace, key, k, readOut));

  const block = last < trace.layers ? entry(trace[key][last]!, k) : null;
  if (!block) return Float64Array.from(startRow(trace, key, k, readOut));
  return rowTimes(startRow(trace, 'attention', k, readOut), block);
}

/** One-hot at the read-out row, or the pooling head's own row: [T]. */
export const startRow = (trace: TowerTrace, key: TraceKey, k: number, readOut: number): ArrayLike<number> =>
  trace.pooling ? row(entry((trace.pooling as PoolingTrace)[key], k), 0) : oneHot(trace.tokens, readOut);
