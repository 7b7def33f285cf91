import type { Outline, LayerRange, Method, Reading, Rect, Timings } from '../../shared/explanation';

/** `image --json`. The first fields are the contract (README, "JSON"); those after `timings` were added to it. */
export interface ExplanationJson {
  /** The model's name. */
  readonly model: string;
  readonly image: { readonly path: string; readonly width: number; readonly height: number; readonly crop: Rect };
  readonly method: Method;
  /** [first, last] of each tower, both included, numbered from 0. */
  readonly layers: { readonly vision: readonly [number, number]; readonly text: readonly [number, number] };
  readonly prompts: readonly PromptJson[];
  /** Milliseconds. */
  readonly timings: Timings;
  readonly modelPath: string;
  readonly kind: 'clip' | 'siglip';
  readonly probabilities: 'softmax' | 'sigmoid';
  /** null where the model's own graph scales its logits. */
  readonly logitScale: { readonly value: number; readonly bias: number; readonly assumed: boolean } | null;
  readonly quantised: boolean;
  readonly warnings: readonly string[];
}

export interface PromptJson {
  readonly text: string;
  readonly logit: number;
  readonly probability: number;
  /** Special tokens are not listed. The relevances sum to 1 (their magnitudes, where signed) unless all are zero. */
  readonly tokens: readonly Scored[];
  readonly words: readonly Scored[];
  /** [rows, columns] */
  readonly grid: readonly [number, number];
  /** Rows of the grid, top to bottom. */
  readonly relevance: readonly (readonly number[])[];
  /** How many of its own tokens the model read, where the prompt was too long. */
  readonly truncatedTo?: number;
}

interface Scored {
  readonly text: string;
  readonly relevance: number;
}

export function explanationJson(explanation: Outline, reading: Reading): ExplanationJson {
  const { model, image, warnings, timings } = explanation;
  const { x, y, width, height } = image.crop;
  return {
    model: model.name,
    image: { path: image.path, width: image.width, height: image.height, crop: { x, y, width, height } },
    method: reading.method,
    layers: { vision: pair(reading.layers), text: pair(reading.textLayers) },
    prompts: explanation.prompts.map((_, k) => promptJson(explanation, reading, k)),
    timings,
    modelPath: model.path,
    kind: model.kind,
    probabilities: model.probabilities,
    logitScale: model.logitScale,
    quantised: model.quantised,
    warnings,
  };
}

/** As a file: indented, but a list of numbers is one line. Only JSON's own line breaks are touched: strings hold none. */
export const jsonText = (json: object): string =>
  `${JSON.stringify(json, null, 2).replace(/\[\n(?:\s+-?[\d.e+-]+,?\n)+\s*\]/g, (list) => list.replace(/\s+/g, ' '))}\n`;

function promptJson({ prompts, grid }: Outline, reading: Reading, k: number): PromptJson {
  const { text, logit, probability, tokens, words, truncatedTo } = prompts[k]!;
  const scores = reading.prompts[k]!;
  const [rows, columns] = grid;
  const own = tokens.filter(({ special }) => !special);
  return {
    text,
    logit,
    probability,
    tokens: own.map((token, i) => ({ text: token.text, relevance: rounded(scores.tokens[i]!) })),
    words: words.map((word, i) => ({ text: word, relevance: rounded(scores.words[i]!) })),
    grid,
    relevance: Array.from({ length: rows }, (_, r) =>
      Array.from(scores.map.subarray(r * columns, (r + 1) * columns), rounded),
    ),
    ...(truncatedTo === null ? {} : { truncatedTo }),
  };
}

const pair = ({ first, last }: LayerRange): [number, number] => [first, last];

/** Seven digits: what float32 holds. More would be noise that every reader has to scroll past. */
const rounded = (value: number): number => Number(value.toPrecision(7));
