import type {
  Explanation,
  ExplanationRows,
  LayerRange,
  Method,
  PromptExplanation,
  TowerRows,
  TowerShape,
  TowerTrace,
} from './explanation';
import { layerCount, oneLayer, rangeIndex } from './layers';
import { entry } from './matrix';
import { readOutRow, startRow, traceOf } from './read-out';
import { relevanceStep } from './relevance';
import { rolloutStep } from './rollout';
import { floatTensor, type FloatTensor } from './tensor';

/** The read-out rows of every method and range: equal to what `read` makes of the Explanation itself. */
export const rowsOf = ({ vision, text, ...summary }: Explanation): ExplanationRows => ({
  ...summary,
  vision: towerRows(
    vision,
    summary.prompts.map(() => 0),
  ),
  text: towerRows(
    text,
    summary.prompts.map(({ readOut }: PromptExplanation) => readOut),
  ),
});

/** The row that {@link rowsOf} kept, as a view: [T]. */
export function keptRow(rows: TowerRows, method: Method, range: LayerRange, k: number): Float32Array {
  const { dims, data } = rows[keptOf[method]];
  const [entries, choices, tokens] = dims as readonly [number, number, number];
  const choice = oneLayer(method) ? range.last : rangeIndex(range);
  const at = ((entries === 1 ? 0 : k) * choices + choice) * tokens;
  return data.subarray(at, at + tokens);
}

const keptOf = {
  relevance: 'relevance',
  signed: 'signed',
  rollout: 'rollout',
  raw: 'raw',
  'grad-cam': 'gradCam',
} as const satisfies Record<Method, keyof TowerRows>;

function towerRows(trace: TowerTrace, readOuts: readonly number[]): TowerRows {
  const { layers, heads, tokens, readOut, prefix, pooling } = trace;
  const shape: TowerShape = { layers, heads, tokens, readOut, prefix, pooling: pooling && { heads: pooling.heads } };
  const rows = (method: Method) => methodRows(trace, method, readOuts);
  return {
    ...shape,
    relevance: rows('relevance'),
    signed: rows('signed'),
    rollout: rows('rollout'),
    raw: rows('raw'),
    gradCam: rows('grad-cam'),
  };
}

function methodRows(trace: TowerTrace, method: Method, readOuts: readonly number[]): FloatTensor {
  const count = layerCount(trace);
  const choices = oneLayer(method) ? count : rangeIndex({ first: 0, last: count });
  // Without a gradient a map does not depend on the prompt, where the prompts share their tokens.
  const entries = traceOf[method] === 'attention' && trace.readOut !== 'prompt' ? 1 : readOuts.length;
  const { tokens } = trace;
  const data = new Float32Array(entries * choices * tokens);
  for (let k = 0; k < entries; k++)
    for (let last = 0; last < count; last++) {
      const put = (row: Float64Array, choice: number) => data.set(row, (k * choices + choice) * tokens);
      if (oneLayer(method)) put(readOutRow(trace, method, { first: last, last }, k, readOuts[k]!), last);
      else walk(trace, method, last, k, readOuts[k]!, (row, first) => put(row, rangeIndex({ first, last })));
    }
  return floatTensor([entries, choices, tokens], data);
}

/** From the last layer of a range down to layer 0: what one range knows, the next one needs. */
function walk(
  trace: TowerTrace,
  method: Method,
  last: number,
  k: number,
  readOut: number,
  put: (row: Float64Array, first: number) => void,
): void {
  const key = traceOf[method];
  const step = method === 'rollout' ? rolloutStep : relevanceStep;
  let v: Float64Array = Float64Array.from(startRow(trace, key, k, readOut));
  for (let first = last; first >= 0; first--) {
    const layer = trace[key][first];
    // The pooling head is the row that v starts from.
    if (layer) v = step(v, entry(layer, k));
    put(v, first);
  }
}
