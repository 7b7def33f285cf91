import { meanAttention, meanRelevance } from '../../../src/shared/heads';
import type { HeadQuantity, HeadStatistics, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import { floatTensor, type FloatTensor } from '../../../src/shared/tensor';
import { headValues, shrinkHeads, thumbnailSide } from '../../../src/shared/thumbnails';
import type {
  AttentionGroup,
  IntegratedGradients,
  TextExplanation,
  TextToken,
  TokenSequence,
} from '../../../src/shared/text/explanation';

/** Explanations of texts that no model made, of any shape, the same every time: what the panel must hold, not what is true. */
export interface TextShape {
  readonly text: string;
  readonly pair?: string;
  readonly layers: number;
  readonly heads: number;
  readonly model: string;
  /** Text and pair are an encoder's and its decoder's. */
  readonly decoder?: boolean;
  /** What is left of more tokens. */
  readonly limit?: number;
  /** Whether the averages of the gradient are rounding noise, as behind a LayerNorm. */
  readonly noise?: boolean;
  readonly target?: string | null;
  readonly warnings?: readonly string[];
  readonly about?: string;
}

/** Numbers in [0, 1) from a text. */
function madeNoise(seed: string): () => number {
  let h = [...seed].reduce((hash, c) => Math.imul(hash ^ c.codePointAt(0)!, 16777619), 2166136261);
  return () => {
    h = Math.imul(h ^ (h >>> 15), 2246822519) + 0x9e3779b9;
    return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
  };
}

const special = (text: string, id: number, part: number): TextToken => ({
  text, id, special: true, word: -1, start: null, end: null, source: null, part,
}); // prettier-ignore

const idOf = (text: string): number =>
  1000 + ([...text].reduce((h, c) => (h * 31 + c.codePointAt(0)!) >>> 0, 7) % 28000);

/** Words at white space, long ones in pieces of six letters, punctuation alone. */
function piecesOf(text: string, source: number, part: number, words: string[]): TextToken[] {
  return [...text.matchAll(/\S+/gu)].flatMap(({ 0: word, index }) => {
    const at = words.push(word) - 1;
    return [...word.matchAll(/[\p{L}\p{N}\p{M}_]{1,6}|[^\p{L}\p{N}\p{M}_]/gu)].map(
      ({ 0: piece, index: from }): TextToken => ({
        text: piece.toLowerCase(),
        id: idOf(piece.toLowerCase()),
        special: false,
        word: at,
        start: index + from,
        end: index + from + piece.length,
        source,
        part,
      }),
    );
  });
}

function madeSequence(
  shape: TextShape,
  name: TokenSequence['name'],
  texts: readonly string[],
  source: number,
): TokenSequence {
  const words: string[] = [];
  const whole = [
    special('[CLS]', 101, 0),
    ...texts.flatMap((text, i) => [...piecesOf(text, source + i, i, words), special('[SEP]', 102, i)]),
  ];
  const kept = Math.min(whole.length, shape.limit ?? Infinity);
  const tokens = kept < whole.length ? [...whole.slice(0, kept - 1), whole.at(-1)!] : whole;
  const count = tokens.length;
  const states = shape.layers + 1;
  const random = madeNoise(`${name} ${texts.join(' ')} ${shape.model} ${shape.target ?? ''}`);
  const strength = tokens.map(({ special, id }) => (special ? 0.35 : 0.4 + 0.6 * madeNoise(`${id} ${shape.model}`)()));
  const signed = strength.map((s) => (random() - 0.4) * 2 * s);
  const drift = Array.from({ length: states }, () => random() - 0.5);
  const each = (columns: number, value: (state: number, token: number) => number): FloatTensor =>
    floatTensor([states, columns], Float32Array.from({ length: states * columns }, (_, i) => value(Math.floor(i / columns), i % columns))); // prettier-ignore
  return {
    name,
    tokens,
    words,
    readOut: name === 'decoder' ? count - 1 : 0,
    cut: kept < whole.length ? { kept, of: whole.length } : null,
    saliency: {
      l2: Float32Array.from(strength, (s) => 74 * s),
      mean: Float32Array.from(signed, (s) => (shape.noise === false ? 0.02 : 1e-8) * s),
      gradXInput: Float32Array.from(signed, (s) => 12 * s),
    },
    hidden: {
      mean: each(
        count,
        (state, token) => 0.03 * drift[state]! + 0.006 * Math.sin(token * 1.7 + state) + 0.004 * signed[token]!,
      ),
      norm: each(count, (state, token) => 1.5 + 2 * state + 0.8 * strength[token]! + 0.5 * drift[state]!),
      cosine: each(count - 1, (state, token) => 0.25 + (0.6 * state) / states + 0.12 * Math.sin(token * 2.3 + state)),
    },
  };
}

/** A softmax over noise that likes the neighbours and the first token; a causal group's rows end at the diagonal. */
function madeTensors(seed: string, heads: number, rows: number, columns: number, causal: boolean): HeadTensors {
  const random = madeNoise(seed);
  const attention = new Float32Array(heads * rows * columns);
  const gradient = new Float32Array(attention.length);
  for (let h = 0, at = 0; h < heads; h++)
    for (let q = 0; q < rows; q++, at += columns) {
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const near = h % 3 === 2 ? 0 : 4 * Math.exp(-Math.abs(k - Math.round((q * columns) / rows) - ((h % 5) - 2)));
        const value = causal && k > q ? 0 : Math.exp(2 * random() + near + (k === 0 ? 1 + (h % 4) : 0));
        attention[at + k] = value;
        sum += value;
        gradient[at + k] = 0.02 * (random() - 0.45);
      }
      for (let k = 0; k < columns; k++) attention[at + k]! /= sum;
    }
  const dims = [heads, rows, columns];
  return { attention: floatTensor(dims, attention), gradient: floatTensor(dims, gradient) };
}

export function madeText(shape: TextShape): TextExplanation {
  const { text, pair, layers, heads, decoder = false } = shape;
  const sequences = decoder
    ? [madeSequence(shape, 'encoder', [text], 0), madeSequence(shape, 'decoder', [pair ?? ''], 1)]
    : [madeSequence(shape, 'text', pair === undefined ? [text] : [text, pair], 0)];
  const shapes = decoder
    ? ([['encoder', 0, 0], ['decoder', 1, 1], ['cross', 1, 0]] as const)
    : ([['self', 0, 0]] as const); // prettier-ignore
  const base = {
    model: {
      name: shape.model,
      path: `/models/${shape.model}`,
      type: decoder ? 'bart' : 'bert',
      about: shape.about ?? '',
      maxTokens: shape.limit ?? 512,
      pairs: true,
      quantised: true,
    },
    texts: pair === undefined ? [text] : [text, pair],
    sequences,
    target: {
      text: shape.target ?? 'sum(last_hidden_state)',
      label: shape.target ?? 'sum of last_hidden_state',
      value: -3.21,
    },
    targets: [
      { text: 'sum(last_hidden_state)', label: 'sum of last_hidden_state' },
      { text: 'last_hidden_state[0,0]', label: 'last_hidden_state of [CLS]' },
    ],
    warnings: shape.warnings ?? [],
    timings: { tokenize: 1, open: 0, run: 14, total: 18 },
  };
  const attentions = shapes.map(([name, queries, keys], group): AttentionGroup => {
    const frame = { name, queries, keys, layers, heads, causal: name === 'decoder', relevance: [], attention: [] };
    const reduced = Array.from({ length: layers }, (_, layer) => {
      const { attention, gradient } = madeTextHeads({ ...base, attentions: [frame] }, 0, layer, group);
      const [, rows, columns] = attention.dims as [number, number, number];
      const of = { heads, queries: rows, keys: columns, attention: attention.data, gradient: gradient!.data };
      const tensor = (data: ArrayLike<number>) => floatTensor([rows, columns], Float32Array.from(data));
      return { relevance: tensor(meanRelevance(of).data), attention: tensor(meanAttention(of).data) };
    });
    return { ...frame, relevance: reduced.map((r) => r.relevance), attention: reduced.map((r) => r.attention) };
  });
  return { ...base, attentions };
}

/** @param seed which group it is, where it stands elsewhere in `explained` */
export function madeTextHeads(explained: TextExplanation, group: number, layer: number, seed = group): HeadTensors {
  const { queries, keys, heads, causal } = explained.attentions[group]!;
  const [rows, columns] = [explained.sequences[queries]!.tokens.length, explained.sequences[keys]!.tokens.length];
  return madeTensors(
    `${explained.texts.join(' ')} ${explained.model.name} ${seed} ${layer}`,
    heads,
    rows,
    columns,
    causal,
  );
}

export function madeTextThumbnails(explained: TextExplanation, group: number, quantity: HeadQuantity): HeadThumbnails {
  const { layers, heads, queries, keys } = explained.attentions[group]!;
  const [own, attended] = [explained.sequences[queries]!.tokens.length, explained.sequences[keys]!.tokens.length];
  const [rows, columns] = [thumbnailSide(own), thumbnailSide(attended)];
  const matrices = new Float32Array(layers * heads * rows * columns);
  for (let layer = 0; layer < layers; layer++)
    matrices.set(
      shrinkHeads(headValues(quantity, madeTextHeads(explained, group, layer)), rows, columns),
      layer * heads * rows * columns,
    );
  return {
    matrices: floatTensor([layers, heads, rows, columns], matrices),
    rows: floatTensor([layers, heads, attended], new Float32Array(layers * heads * attended)),
  };
}

export const madeTextStatistics = ({ attentions }: TextExplanation): readonly HeadStatistics[] =>
  attentions.map(({ layers, heads }) => {
    const each = (factor: number) =>
      floatTensor([1, layers, heads], Float32Array.from({ length: layers * heads }, (_, i) => factor * (1 + ((7 * i) % 11)))); // prettier-ignore
    return { entropy: each(0.2), distance: each(0.5), sink: each(0.05), relevance: each(0.01) };
  });

export const madeIntegrated = ({ sequences }: TextExplanation): IntegratedGradients => ({
  attributions: sequences.map(({ saliency }) => saliency && saliency.gradXInput.map((v) => 0.8 * v + 0.3)),
  steps: 50,
  value: -3.21,
  baseline: 1.25,
  completenessError: 0.0042,
  baselineIs: 'The baseline is the embedding of [PAD] in place of every token that is not special.',
});
