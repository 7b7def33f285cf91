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
  /** Explains a text, or a pair of sentences, without showing anything. */
  explainText(text: string, options?: ExplainTextOptions): Promise<TextNumbers>;
  /** Opens the panel of a text, and explains; the same holds. */
  openText(text: string, options?: Pick<ExplainTextOptions, 'pair' | 'model' | 'target'>): Promise<void>;
}

/** How a text is to be explained; what is left out is as in the user's settings. */
export interface ExplainTextOptions {
  /** A second sentence, or what the decoder of an encoder-decoder has said so far. */
  readonly pair?: string;
  /** 'sum(NAME)', 'NAME[i,…]', 'class', 'class:2', 'masked', 'masked:WORD', 'next', 'next:WORD' or 'similarity'; left out: what fits the model. */
  readonly target?: string;
  readonly method?: SaliencyMethod;
  /** Folder of a model, or the name of a bundled one. */
  readonly model?: string;
  readonly signal?: AbortSignal;
}

export type SaliencyMethod = 'l2' | 'mean' | 'grad-x-input' | 'ig';

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

/** The numbers of an explained text, as `attention-lens text --json` writes them. */
export interface TextNumbers extends SequenceNumbers {
  /** The model's name. */
  readonly model: string;
  readonly modelPath: string;
  readonly quantised: boolean;
  readonly texts: readonly string[];
  readonly method: SaliencyMethod;
  /** What is explained: for programs, and for people. */
  readonly target: string;
  readonly targetLabel: string;
  readonly value: number;
  /** The token whose row of relevance this is, and in which stack. */
  readonly relevanceOf: { readonly sequence: string; readonly token: number };
  /** Of an encoder-decoder; its relevance is of the decoder's own tokens. */
  readonly decoder?: SequenceNumbers;
  /** How integrated gradients were computed. */
  readonly integrated?: {
    readonly steps: number;
    readonly value: number;
    readonly baseline: number;
    readonly completenessError: number;
    readonly baselineIs: string;
  };
  readonly warnings: readonly string[];
  /** Milliseconds. */
  readonly timings: { readonly tokenize: number; readonly open: number; readonly run: number; readonly total: number };
}

export interface SequenceNumbers {
  readonly tokens: readonly {
    readonly text: string;
    readonly id: number;
    /** UTF-16 units in its text, `end` excluded; null for special tokens. */
    readonly start: number | null;
    readonly end: number | null;
    readonly special: boolean;
    /** 0 or 1: which text; null for special tokens. */
    readonly source: number | null;
  }[];
  /** One for each token; null where the target does not depend on them. */
  readonly saliency: readonly number[] | null;
  /** With the method 'mean': whether it is rounding noise, as for BERT, where it is zero by construction. */
  readonly saliencyIsNoise?: boolean;
  /** One for each token: the row of the token that is read, over all layers. */
  readonly relevance: readonly number[];
  readonly layers: number;
  readonly heads: number;
  /** Mean activation of each token in the embedding output and behind each layer. */
  readonly hidden: { readonly mean: readonly (readonly number[])[] } | null;
  /** The text was longer than what is read. */
  readonly cut?: { readonly kept: number; readonly of: number };
}
