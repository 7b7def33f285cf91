import type { Uri } from 'vscode';

/**
 * What `activate()` returns, for other extensions (docs/api.md). This file stands alone, so that it can be copied; the compiler holds it to
 * what the code returns (make-api.ts).
 *
 * Rejections are Errors with a sentence in `message` and a `kind`: 'usage', 'bad-file', 'unsupported-model', 'out-of-memory', 'crashed',
 * 'cancelled' or 'internal'.
 */
export interface AttentionLensApi {
  /** Raised when something is taken away or changes its meaning; additions leave it. */
  readonly version: 1;
  /** Explains an image without showing anything. */
  explain(image: Uri, prompts: readonly string[], options?: ExplainOptions): Promise<ImageExplanation>;
  /** Opens a panel, as the user's own command does, and explains. What fails then is said in the panel, and does not reject. */
  open(image: Uri, prompts: readonly string[]): Promise<void>;
}

/** How an image is to be explained; what is left out is as in the user's settings. */
export interface ExplainOptions {
  readonly method?: Method;
  readonly layers?: Layers;
  readonly textLayers?: Layers;
  /** Folder of a model, or the name of a bundled one. */
  readonly model?: string;
  readonly signal?: AbortSignal;
}

export type Method = 'relevance' | 'signed' | 'raw' | 'rollout' | 'grad-cam';

/** 'last', 'all', '5', '0-5', or a range as data, both included, counted from 0. */
export type Layers = string | { readonly first: number; readonly last: number };

/** The numbers of an explanation, as `attention-lens image --json` writes them. */
export interface ImageExplanation {
  /** The model's name. */
  readonly model: string;
  readonly modelPath: string;
  readonly kind: 'clip' | 'siglip';
  readonly quantised: boolean;
  /** Pixels of the original, upright; `crop` is what the patch grid covers. */
  readonly image: {
    readonly path: string;
    readonly width: number;
    readonly height: number;
    readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  };
  readonly method: Method;
  /** [first, last] of each tower. */
  readonly layers: { readonly vision: readonly [number, number]; readonly text: readonly [number, number] };
  /** Softmax over the prompts, or a sigmoid for each. */
  readonly probabilities: 'softmax' | 'sigmoid';
  /** null where the model's own graph scales its logits. */
  readonly logitScale: { readonly value: number; readonly bias: number; readonly assumed: boolean } | null;
  readonly prompts: readonly PromptNumbers[];
  readonly warnings: readonly string[];
  /** Milliseconds. */
  readonly timings: { readonly open: number; readonly run: number; readonly total: number };
}

export interface PromptNumbers {
  readonly text: string;
  readonly logit: number;
  readonly probability: number;
  /** Relevances sum to 1 (their magnitudes, where signed) unless all are zero. Special tokens are not listed. */
  readonly tokens: readonly { readonly text: string; readonly relevance: number }[];
  readonly words: readonly { readonly text: string; readonly relevance: number }[];
  /** [rows, columns] of the patches. */
  readonly grid: readonly [number, number];
  /** Rows of the grid, top to bottom. */
  readonly relevance: readonly (readonly number[])[];
  /** How many of its own tokens the model read, where the prompt was too long. */
  readonly truncatedTo?: number;
}
