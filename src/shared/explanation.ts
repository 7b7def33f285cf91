import type { FloatTensor } from './tensor';

/**
 * One value travels the whole way: the engine makes it; the panel, the tree, the CLI's JSON, the report and the exports read it.
 * Whatever can be computed from it (layer ranges, methods, scales) is computed by the reader with the pure functions of this folder.
 */
export interface Explanation extends Summary {
  readonly vision: TowerTrace;
  readonly text: TowerTrace;
}

/** What is known of an explained image besides the tensors of its layers. */
export interface Summary {
  readonly model: ModelInfo;
  readonly image: ImageInfo;
  /** One for each prompt, in the user's order. */
  readonly prompts: readonly PromptExplanation[];
  /** [rows, columns] of the vision tower's patches. */
  readonly grid: readonly [number, number];
  readonly warnings: readonly string[];
  readonly timings: Timings;
}

/**
 * An Explanation of which the read-out rows alone are left, for every method and every range of layers: what a panel needs to follow a
 * slider without a call, in a hundredth of the bytes (577 tokens × 24 layers × 3 prompts: 5 instead of 320 MB).
 */
export interface ExplanationRows extends Summary {
  readonly vision: TowerRows;
  readonly text: TowerRows;
}

/** An explanation in either form, for those who need none of its tensors. */
export interface Outline extends Summary {
  readonly vision: TowerShape;
  readonly text: TowerShape;
}

export type Tower = 'vision' | 'text';

export type Method = 'relevance' | 'signed' | 'raw' | 'rollout' | 'grad-cam';

export const methods: readonly Method[] = ['relevance', 'signed', 'raw', 'rollout', 'grad-cam'];

/** Layers from `first` to `last`, both included, numbered from 0. */
export interface LayerRange {
  readonly first: number;
  readonly last: number;
}

/** What the user may say of layers; a model's own recommendation has the same form. */
export type LayerChoice = 'last' | 'all' | LayerRange;

export interface ModelInfo {
  readonly name: string;
  readonly path: string;
  readonly kind: 'clip' | 'siglip';
  /** How logits become probabilities: softmax over the prompts (CLIP), or a sigmoid for each (SigLIP). */
  readonly probabilities: 'softmax' | 'sigmoid';
  /** null where the model's own graph scales its logits. `assumed`: neither the model nor the user gave it. */
  readonly logitScale: { readonly value: number; readonly bias: number; readonly assumed: boolean } | null;
  readonly recommended: { readonly layers: LayerChoice; readonly textLayers: LayerChoice };
  /** One sentence from the model's folder on what it is for, or ''. */
  readonly about: string;
  readonly quantised: boolean;
}

/** Pixels of the original image, EXIF orientation applied. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ImageInfo {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** The part of the original that the patch grid covers; it may reach beyond the image where the preprocessor pads. Fractions are exact. */
  readonly crop: Rect;
}

export interface Token {
  /** As shown: without `</w>`, `Ġ`, `▁`, `##`. */
  readonly text: string;
  readonly id: number;
  /** Start, end and padding tokens. */
  readonly special: boolean;
  /** Index into the prompt's words, or −1 for a special token. */
  readonly word: number;
}

export interface PromptExplanation {
  readonly text: string;
  readonly logit: number;
  readonly probability: number;
  /** Every position of the model's input that carries this prompt, special tokens included, padding not. */
  readonly tokens: readonly Token[];
  readonly words: readonly string[];
  /** The prompt was longer than the model's context and was cut after this many of its own tokens; null: it was not cut. */
  readonly truncatedTo: number | null;
  /** The row of the text tower's attention that is read: EOT for CLIP, the last position for SigLIP. */
  readonly readOut: number;
}

/** How a tower is built. T: tokens or patches, CLS included where there is one. */
export interface TowerShape {
  /** Blocks; a pooling head is not counted, see `layerCount`. */
  readonly layers: number;
  readonly heads: number;
  readonly tokens: number;
  /** How the map is read out: a CLS row whose column `readOutRow` is dropped, a pooling head that attends all patches, or each prompt's own row. */
  readonly readOut: 'cls' | 'pooling' | 'prompt';
  /** Number of leading tokens that are no patches or words (CLS, registers). */
  readonly prefix: number;
  /** The pooling head of towers without CLS; its own heads. */
  readonly pooling: { readonly heads: number } | null;
}

/**
 * What one tower's trace holds, reduced over heads. K: prompts. In the vision tower the batch is 1; in the text tower entry k is prompt k
 * under its own logit.
 */
export interface TowerTrace extends TowerShape {
  /** Ā = mean_h relu(∇A ⊙ A) for each layer: [K, T, T]. */
  readonly relevance: readonly FloatTensor[];
  /** mean_h (∇A ⊙ A), no relu: [K, T, T]. */
  readonly signed: readonly FloatTensor[];
  /** mean_h A: [1, T, T] in the vision tower, [K, T, T] in the text tower. */
  readonly attention: readonly FloatTensor[];
  /** relu(mean_h(A · mean(∇A))): [K, T, T]. */
  readonly gradCam: readonly FloatTensor[];
  /** The pooling head's row over the patches, for towers without CLS: relevance, signed and grad-CAM [K, 1, T], attention [1, 1, T]. */
  readonly pooling: PoolingTrace | null;
}

export interface PoolingTrace {
  readonly heads: number;
  readonly relevance: FloatTensor;
  readonly signed: FloatTensor;
  readonly attention: FloatTensor;
  readonly gradCam: FloatTensor;
}

/**
 * The read-out row of each prompt for every choice of layers, L counted by `layerCount`. Ranges [first, last] lie at `rangeIndex`, so that
 * there are L·(L + 1)/2 of them. The text tower's T are the positions of the longest prompt.
 */
export interface TowerRows extends TowerShape {
  /** [K, ranges, T]. */
  readonly relevance: FloatTensor;
  readonly signed: FloatTensor;
  /** [1, ranges, T] in the vision tower, [K, ranges, T] in the text tower. */
  readonly rollout: FloatTensor;
  /** One layer alone: [1, L, T] in the vision tower, [K, L, T] in the text tower. */
  readonly raw: FloatTensor;
  /** One layer alone: [K, L, T]. */
  readonly gradCam: FloatTensor;
}

/** Milliseconds. */
export interface Timings {
  readonly preprocess: number;
  readonly tokenize: number;
  readonly open: number;
  readonly run: number;
  readonly total: number;
}

/** A method's answer for chosen layers: what the overlay, the word table and the JSON show. */
export interface Reading {
  readonly method: Method;
  readonly layers: LayerRange;
  readonly textLayers: LayerRange;
  readonly prompts: readonly PromptReading[];
}

export interface PromptReading {
  /** [rows × columns], row-major. */
  readonly map: Float32Array;
  /** One for each token that is not special; sums to 1 (of magnitudes, for signed) unless all are zero. */
  readonly tokens: readonly number[];
  readonly words: readonly number[];
}
