import type { ExplanationRows, Tower } from '../../../src/shared/explanation';
import type {
  HeadQuantity,
  HeadStatistics,
  HeadTensors,
  HeadThumbnails,
  Statistics,
  ThumbnailChoice,
} from '../../../src/shared/heads-data';
import { gradientOf } from '../../../src/shared/head-matrix';
import { floatTensor } from '../../../src/shared/tensor';

/** Thumbnails and statistics of a panel's heads from the heads themselves, in a few plain lines. `heads` gives one layer. */
type HeadsOf = (tower: Tower, layer: number, prompt: number) => HeadTensors;

const longest = 48;

export function thumbnailsFrom(
  explained: ExplanationRows,
  heads: HeadsOf,
  { tower, prompt, quantity }: ThumbnailChoice,
): HeadThumbnails {
  const shape = explained[tower];
  const layers = Array.from({ length: shape.layers }, (_, layer) => heads(tower, layer, prompt));
  const [count, queries, keys] = layers[0]!.attention.dims as [number, number, number];
  const side = Math.min(longest, queries);
  const readOut = tower === 'vision' ? 0 : explained.prompts[prompt]!.readOut;
  const from = tower === 'vision' ? shape.prefix : 0;
  const matrices = new Float32Array(shape.layers * count * side * side);
  const rows = new Float32Array(shape.layers * count * (keys - from));
  layers.forEach((layer, l) => {
    const value = valueOf(layer, quantity);
    for (let h = 0; h < count; h++) {
      const at = (l * count + h) * side * side;
      for (let q = 0; q < queries; q++)
        for (let k = 0; k < keys; k++) {
          const v = value((h * queries + q) * keys + k);
          const cell = at + Math.floor((q * side) / queries) * side + Math.floor((k * side) / keys);
          if (Math.abs(v) > Math.abs(matrices[cell]!)) matrices[cell] = v;
        }
      for (let k = from; k < keys; k++)
        rows[(l * count + h) * (keys - from) + k - from] = value((h * queries + readOut) * keys + k);
    }
  });
  return {
    matrices: floatTensor([shape.layers, count, side, side], matrices),
    rows: floatTensor([shape.layers, count, keys - from], rows),
  };
}

const valueOf = (tensors: HeadTensors, quantity: HeadQuantity): ((at: number) => number) => {
  const { attention } = tensors;
  if (quantity === 'attention') return (at) => attention.data[at]!;
  const gradient = gradientOf(tensors);
  if (quantity === 'gradient') return (at) => gradient.data[at]!;
  return (at) => attention.data[at]! * gradient.data[at]!;
};

export function statisticsFrom(explained: ExplanationRows, heads: HeadsOf): Statistics {
  const prompts = explained.prompts.map((_, k) => k);
  return {
    vision: ofTower(explained, 'vision', heads, [0], prompts),
    text: ofTower(explained, 'text', heads, prompts, prompts),
  };
}

function ofTower(
  explained: ExplanationRows,
  tower: Tower,
  heads: HeadsOf,
  batch: readonly number[],
  prompts: readonly number[],
): HeadStatistics {
  const { layers, heads: count, prefix } = explained[tower];
  const each = (over: readonly number[], number: (h: HeadTensors, head: number) => number) =>
    floatTensor(
      [over.length, layers, count],
      Float32Array.from({ length: over.length * layers * count }, (_, i) =>
        number(heads(tower, Math.floor(i / count) % layers, over[Math.floor(i / count / layers)]!), i % count),
      ),
    );
  const columns = explained.grid[1];
  const apart = (q: number, k: number): number => {
    if (tower === 'text') return Math.abs(q - k);
    if (q < prefix || k < prefix) return 0;
    const [a, b] = [q - prefix, k - prefix];
    return Math.hypot(Math.floor(a / columns) - Math.floor(b / columns), (a % columns) - (b % columns));
  };
  const mean = (term: (a: number, q: number, k: number) => number) => (h: HeadTensors, head: number) => {
    const [, queries, keys] = h.attention.dims as [number, number, number];
    let total = 0;
    for (let q = 0; q < queries; q++)
      for (let k = 0; k < keys; k++) total += term(h.attention.data[(head * queries + q) * keys + k]!, q, k);
    return total / queries;
  };
  const raw = each(prompts, (h, head) => {
    const size = h.attention.data.length / count;
    let total = 0;
    for (let i = head * size; i < (head + 1) * size; i++)
      total += Math.max(0, h.attention.data[i]! * gradientOf(h).data[i]!);
    return total;
  });
  const relevance = raw.data.map((value, i) => {
    const from = Math.floor(i / (layers * count)) * layers * count;
    return value / (raw.data.subarray(from, from + layers * count).reduce((a, b) => a + b, 0) || 1);
  });
  return {
    entropy: each(batch, mean((a) => (a > 0 ? -a * Math.log(a) : 0))), // prettier-ignore
    distance: each(batch, mean((a, q, k) => a * apart(q, k))), // prettier-ignore
    sink: each(batch, tower === 'vision' && prefix === 0 ? () => NaN : mean((a, _q, k) => (k === 0 ? a : 0))),
    relevance: floatTensor(raw.dims, relevance),
  };
}
