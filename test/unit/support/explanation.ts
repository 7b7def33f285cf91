import type { Explanation, PoolingTrace, PromptExplanation, Token, TowerTrace } from '../../../src/shared/explanation';
import { elementCount, floatTensor, type FloatTensor } from '../../../src/shared/tensor';

/** Numbers that are the same in every run (mulberry32), in [0, 1). */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface TowerShape {
  readonly layers: number;
  readonly tokens: number;
  readonly prompts: number;
  readonly readOut: TowerTrace['readOut'];
  readonly prefix: number;
}

/** A tower's trace of random numbers: attention rows sum to 1, relevance is not negative, signed is both. */
export function tower(shape: TowerShape, seed = 1): TowerTrace {
  const { layers, tokens, prompts, readOut, prefix } = shape;
  const random = seeded(seed);
  const tensor = (dims: number[], value: () => number): FloatTensor =>
    floatTensor(dims, Float32Array.from({ length: elementCount(dims) }, value));
  const attention = (dims: [number, number, number]): FloatTensor => {
    const t = tensor(dims, random);
    for (let at = 0; at < t.data.length; at += dims[2]) {
      const row = t.data.subarray(at, at + dims[2]);
      const total = row.reduce((sum, v) => sum + v, 0);
      row.forEach((v, i) => (row[i] = v / total));
    }
    return t;
  };
  const positive = (): number => random() ** 3 * 0.1;
  const signed = (): number => (random() - 0.5) * 0.1;
  const traces = (queries: number) => ({
    relevance: tensor([prompts, queries, tokens], positive),
    signed: tensor([prompts, queries, tokens], signed),
    attention: attention([readOut === 'prompt' ? prompts : 1, queries, tokens]),
    gradCam: tensor([prompts, queries, tokens], positive),
  });
  const blocks = Array.from({ length: layers }, () => traces(tokens));
  const pooling: PoolingTrace | null = readOut === 'pooling' ? { heads: 2, ...traces(1) } : null;
  return {
    layers,
    heads: 2,
    tokens,
    readOut,
    prefix,
    relevance: blocks.map((b) => b.relevance),
    signed: blocks.map((b) => b.signed),
    attention: blocks.map((b) => b.attention),
    gradCam: blocks.map((b) => b.gradCam),
    pooling,
  };
}

/** A prompt of one token a word, between a start and an end token; the end is read. */
export function prompt(text: string, logit: number, probability: number): PromptExplanation {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const special = (id: number): Token => ({ text: id === 0 ? '<start>' : '<end>', id, special: true, word: -1 });
  const tokens = words.map((word, i): Token => ({ text: word, id: i + 2, special: false, word: i }));
  return {
    text,
    logit,
    probability,
    tokens: [special(0), ...tokens, special(1)],
    words,
    truncatedTo: null,
    readOut: words.length + 1,
  };
}

/** space.png under a made-up CLIP with 3 + 2 layers and a grid of 2 × 3. */
export function explanation(overrides: Partial<Explanation> = {}): Explanation {
  const prompts = overrides.prompts ?? [
    prompt('a bald man', 10.35, 0.0034),
    prompt('a rocket in space', 16.02, 0.9966),
  ];
  const context = Math.max(...prompts.map((p) => p.tokens.length)) + 2;
  const grid = overrides.grid ?? [2, 3];
  const [rows, columns] = grid;
  return {
    model: {
      name: 'tiny-clip',
      path: '/models/tiny-clip',
      kind: 'clip',
      probabilities: 'softmax',
      logitScale: { value: 36.8, bias: 0, assumed: false },
      recommended: { layers: 'last', textLayers: 'last' },
      about: 'A tiny CLIP for tests.',
      quantised: false,
    },
    image: {
      path: '/pictures/space.png',
      width: 640,
      height: 480,
      crop: { x: 80, y: 0, width: 480, height: 480 },
    },
    prompts,
    vision: tower({ layers: 3, tokens: 1 + rows * columns, prompts: prompts.length, readOut: 'cls', prefix: 1 }, 1),
    text: tower({ layers: 2, tokens: context, prompts: prompts.length, readOut: 'prompt', prefix: 0 }, 2),
    grid,
    warnings: [],
    timings: { preprocess: 4, tokenize: 1, open: 20, run: 16, total: 41 },
    ...overrides,
  };
}
