import type { ExplanationRows, ModelInfo, PromptExplanation, Rect, TowerRows } from '../../../src/shared/explanation';
import type {
  HeadStatistics,
  HeadTensors,
  HeadThumbnails,
  LayerOfHeads,
  Statistics,
  ThumbnailChoice,
} from '../../../src/shared/heads-data';
import { layerCount, rangeIndex } from '../../../src/shared/layers';
import type { RgbImage } from '../../../src/shared/paint';
import { floatTensor } from '../../../src/shared/tensor';

/** Explanations that no model made, of any shape, the same every time: what the panel must hold, not what is true. */
export interface Shape {
  readonly prompts: readonly string[];
  readonly image: { readonly path: string; readonly width: number; readonly height: number; readonly crop: Rect };
  readonly grid: readonly [number, number];
  readonly vision: {
    readonly layers: number;
    readonly heads: number;
    readonly prefix: number;
    readonly pooling: number | null;
  };
  readonly text: { readonly layers: number; readonly heads: number; readonly context: number };
  readonly model: ModelInfo;
  readonly warnings: readonly string[];
}

/** Numbers in [0, 1) from a text and an index (xmur3 and a multiply-shift). */
function noise(seed: string): (i: number) => number {
  let h = 1779033703 ^ seed.length;
  for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 3432918353);
  return (i) => {
    let x = Math.imul(h ^ (i + 0x9e3779b9), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

export const clipModel: ModelInfo = {
  name: 'made-clip',
  path: '/models/made-clip',
  kind: 'clip',
  probabilities: 'softmax',
  logitScale: null,
  recommended: { layers: 'last', textLayers: 'last' },
  about: '',
  quantised: false,
};

export function madeExplained({ prompts, image, grid, vision, text, model, warnings }: Shape): ExplanationRows {
  const said = prompts.map((prompt) => madePrompt(prompt, text.context));
  const logits = said.map(({ text }) => 5 + 12 * noise(text)(0));
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  const probability = (logit: number) =>
    model.probabilities === 'softmax' ? Math.exp(logit - largest) / sum : 1 / (1 + Math.exp(12 - logit));
  const patches = grid[0] * grid[1];
  return {
    model,
    image,
    prompts: said.map((prompt, k) => ({ ...prompt, logit: logits[k]!, probability: probability(logits[k]!) })),
    grid,
    warnings,
    timings: { preprocess: 12, tokenize: 1, open: 0, run: 1234, total: 1250 },
    vision: madeRows(
      {
        layers: vision.layers,
        heads: vision.heads,
        tokens: patches + vision.prefix,
        readOut: vision.pooling === null ? 'cls' : 'pooling',
        prefix: vision.prefix,
        pooling: vision.pooling === null ? null : { heads: vision.pooling },
      },
      prompts,
      true,
    ),
    text: madeRows(
      {
        layers: text.layers,
        heads: text.heads,
        tokens: Math.max(...said.map(({ tokens }) => tokens.length)),
        readOut: 'prompt',
        prefix: 0,
        pooling: null,
      },
      prompts,
      false,
    ),
  };
}

type Said = Omit<PromptExplanation, 'logit' | 'probability'>;

/** Two tokens to a long word, as a tokenizer might have it; what does not fit the context is cut. */
function madePrompt(text: string, context: number): Said {
  const all = text.trim().split(/\s+/);
  const room = context - 2;
  const own = all.flatMap((word, index) => {
    const letters = Array.from(word);
    const pieces = letters.length > 6 ? [letters.slice(0, 4).join(''), letters.slice(4).join('')] : [word];
    return pieces.map((text, i) => ({ text, id: 1000 + 7 * index + i, special: false, word: index }));
  });
  const kept = own.slice(0, room);
  return {
    text,
    tokens: [
      { text: '<start>', id: 0, special: true, word: -1 },
      ...kept,
      { text: '<end>', id: 1, special: true, word: -1 },
    ],
    words: all.slice(0, (kept.at(-1)?.word ?? -1) + 1),
    truncatedTo: own.length > room ? room : null,
    readOut: kept.length + 1,
  };
}

function madeRows(
  shape: Omit<TowerRows, 'relevance' | 'signed' | 'rollout' | 'raw' | 'gradCam'>,
  prompts: readonly string[],
  image: boolean,
): TowerRows {
  const count = layerCount(shape);
  const ranges = rangeIndex({ first: 0, last: count });
  const { tokens } = shape;
  const rows = (what: string, entries: number, choices: number, value: (u: number) => number) => {
    const data = new Float32Array(entries * choices * tokens);
    for (let k = 0; k < entries; k++) {
      const at = noise(`${what} ${entries === 1 ? '' : prompts[k]}`);
      const peak = Math.floor(at(1) * tokens);
      const side = Math.sqrt(tokens);
      for (let c = 0; c < choices; c++)
        for (let t = 0; t < tokens; t++) {
          const [dy, dx] = [Math.floor(t / side) - Math.floor(peak / side), (t % side) - (peak % side)];
          const near = image ? Math.exp(-(dx * dx + dy * dy) / (2 + side)) : 0.4;
          data[(k * choices + c) * tokens + t] =
            value(near * (0.5 + at(c * tokens + t))) * (0.2 + (0.8 * (c + 1)) / choices);
        }
    }
    return floatTensor([entries, choices, tokens], data);
  };
  const k = prompts.length;
  return {
    ...shape,
    relevance: rows('relevance', k, ranges, (u) => 0.3 * u),
    signed: rows('signed', k, ranges, (u) => 0.3 * u - 0.05),
    rollout: rows('rollout', image ? 1 : k, ranges, (u) => 0.1 * u),
    raw: rows('raw', image ? 1 : k, count, (u) => 0.1 * u),
    gradCam: rows('grad-cam', k, count, (u) => 0.2 * u),
  };
}

/** One layer's heads: a diagonal, a sink and some noise, in rows that sum to 1. */
export function madeHeads(explained: ExplanationRows, { tower, layer, prompt }: LayerOfHeads): HeadTensors {
  const shape = explained[tower];
  const pooled = layer === shape.layers;
  const heads = pooled ? shape.pooling!.heads : shape.heads;
  const keys = tower === 'vision' ? shape.tokens : explained.prompts[prompt]!.tokens.length;
  const queries = pooled ? 1 : keys;
  const attention = new Float32Array(heads * queries * keys);
  const gradient = new Float32Array(heads * queries * keys);
  for (let h = 0; h < heads; h++) {
    const at = noise(`${tower} ${layer} ${h}`);
    const slope = noise(`${prompt} ${tower} ${layer} ${h}`);
    const sink = at(1);
    const near = Float32Array.from({ length: keys }, (_, apart) => Math.exp(-apart / (1 + 6 * at(0))));
    for (let q = 0; q < queries; q++) {
      const from = (h * queries + q) * keys;
      let sum = 0;
      for (let k = 0; k < keys; k++) {
        const a = near[Math.abs(q - k)]! + 0.05 * at(2 + q * keys + k) + (k === 0 ? sink : 0);
        attention[from + k] = a;
        gradient[from + k] = 0.1 * (slope(q * keys + k) - 0.45);
        sum += a;
      }
      for (let k = 0; k < keys; k++) attention[from + k]! /= sum;
    }
  }
  const dims = [heads, queries, keys];
  return { attention: floatTensor(dims, attention), gradient: floatTensor(dims, gradient) };
}

const longest = 48;

/** Not those of `madeHeads`, which would take seconds for large models, but of their kind. */
export function madeThumbnails(
  explained: ExplanationRows,
  { tower, prompt, quantity }: ThumbnailChoice,
): HeadThumbnails {
  const { layers, heads, prefix } = explained[tower];
  const tokens = tower === 'vision' ? explained.vision.tokens : explained.prompts[prompt]!.tokens.length;
  const side = Math.min(longest, tokens);
  const cells = layers * heads * side * side;
  const at = noise(`${tower} ${prompt} ${quantity}`);
  const sign = quantity === 'attention' ? 0 : 0.5;
  const columns = tokens - prefix;
  return {
    matrices: floatTensor(
      [layers, heads, side, side],
      Float32Array.from({ length: cells }, (_, i) => {
        const [q, k, head] = [Math.floor(i / side) % side, i % side, Math.floor(i / side / side)];
        return Math.exp(-Math.abs(q - k) / (1 + 8 * at(head))) * (0.5 + at(i)) - sign * at(i + 1);
      }),
    ),
    rows: floatTensor(
      [layers, heads, columns],
      Float32Array.from({ length: layers * heads * columns }, (_, i) => at(i) ** 6 - sign * at(i + 1) ** 6),
    ),
  };
}

export function madeStatistics({ vision, text, prompts }: ExplanationRows): Statistics {
  const tower = (name: string, { layers, heads, prefix }: TowerRows, batch: number): HeadStatistics => {
    const each = (what: string, entries: number, value: (u: number) => number) => {
      const at = noise(`${name} ${what}`);
      return floatTensor(
        [entries, layers, heads],
        Float32Array.from({ length: entries * layers * heads }, (_, i) => value(at(i))),
      );
    };
    return {
      entropy: each('entropy', batch, (u) => 1 + 3 * u),
      distance: each('distance', batch, (u) => 6 * u),
      sink: each('sink', batch, (u) => (name === 'vision' && prefix === 0 ? NaN : u)),
      relevance: each('relevance', prompts.length, (u) => (2 * u) / (layers * heads)),
    };
  };
  return { vision: tower('vision', vision, 1), text: tower('text', text, prompts.length) };
}

/** A sky, a hill and a sun. */
export function madePhoto(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const hill = y > height * (0.68 + 0.12 * Math.sin((5 * x) / width));
      const sun = Math.hypot(x - 0.7 * width, y - 0.3 * height) < 0.1 * height;
      data.set(
        sun ? [250, 210, 90] : hill ? [52, 92, 60] : [70 + (90 * y) / height, 120 + (60 * y) / height, 190],
        3 * (y * width + x),
      );
    }
  return { width, height, data };
}
