import type { Token } from '../explanation';
import type { GradientChoice } from '../heads-data';
import type { FloatTensor } from '../tensor';

/**
 * What is known of a text that was explained: one value for the panel, the tree, the command line and the report. Saliencies, hidden states and
 * head averages of every layer are in it, so that methods, layers and tokens are chosen without a call; single heads are fetched.
 */
export interface TextExplanation extends TextOutline {
  readonly attentions: readonly AttentionGroup[];
}

/** The same without the averages, which grow with the square of the tokens: what a panel is told at once. */
export interface TextOutline {
  readonly model: TextModelInfo;
  /** As they were given: one text, or a pair. An encoder-decoder's second text is the decoder's. */
  readonly texts: readonly string[];
  /** What the model reads: one sequence of tokens; the encoder's, then the decoder's, where there are two stacks. */
  readonly sequences: readonly TokenSequence[];
  /** In the model's order: self-attention of each stack, then cross-attention. */
  readonly attentions: readonly AttentionKind[];
  readonly target: ExplainedTarget;
  /** Other targets that this model has for this text; the default first. */
  readonly targets: readonly TargetOffer[];
  readonly warnings: readonly string[];
  readonly timings: TextTimings;
}

export interface TextModelInfo {
  readonly name: string;
  /** Folder. */
  readonly path: string;
  /** model_type of config.json, or 'unknown'. */
  readonly type: string;
  /** One sentence from the model's folder on what it is for, or ''. */
  readonly about: string;
  /** Tokens that the model reads at most, special ones included; null: nothing says so. */
  readonly maxTokens: number | null;
  /** Whether it reads pairs of texts (an encoder-decoder reads a text and what the decoder says). */
  readonly pairs: boolean;
  readonly quantised: boolean;
}

export interface TokenSequence {
  /** 'text' where there is but one. */
  readonly name: 'text' | 'encoder' | 'decoder';
  readonly tokens: readonly TextToken[];
  /** Whitespace-separated words of all its texts, in order; also those that were cut off. */
  readonly words: readonly string[];
  /** The token whose row of relevance and rollout is read where nobody chose one: CLS, or the position that predicts. */
  readonly readOut: number;
  /** The text was longer than the limit and was cut: tokens that were kept, of so many; null: it is whole. */
  readonly cut: { readonly kept: number; readonly of: number } | null;
  /** null where the target does not depend on these tokens, or their embedding was not found. */
  readonly saliency: Saliency | null;
  /** null where the stack's hidden states were not found. */
  readonly hidden: HiddenStates | null;
}

export interface TextToken extends Token {
  /**
   * Where the token lies in its text, in UTF-16 units, `end` excluded: as the offsets of Hugging Face's fast tokenizers, which count characters. The pieces of one
   * character all have the whole of it; what the normaliser put in may share a character's place. null for the special tokens that the model's template adds; a
   * [MASK] that was typed has its place.
   */
  readonly start: number | null;
  readonly end: number | null;
  /** Index of its text; null for the template's special tokens. A special token between or behind texts belongs to `part`. */
  readonly source: number | null;
  /** 0 or 1: the side of a sentence pair that it counts to, as token_type_ids have it. */
  readonly part: number;
}

/** One number for each token, [tokens], of the target's gradient with regard to the word embeddings (before positions and types are added). */
export interface Saliency {
  /** L2 norm of the gradient. */
  readonly l2: Float32Array;
  /** Its average over the embedding axis. Zero by construction where a LayerNorm follows the embeddings: see `meanIsNoise`. */
  readonly mean: Float32Array;
  /** Σ gradient · embedding. */
  readonly gradXInput: Float32Array;
}

export type SaliencyMethod = 'l2' | 'mean' | 'grad-x-input' | 'ig';

export const saliencyMethods: readonly SaliencyMethod[] = ['l2', 'mean', 'grad-x-input', 'ig'];

/** Integrated gradients (Sundararajan, Taly, Yan 2017) of the word embeddings, along the straight line from a baseline. */
export interface IntegratedGradients {
  /** One for each sequence, [tokens]; null where the target does not depend on it. */
  readonly attributions: readonly (Float32Array | null)[];
  /** Gradients along the line. */
  readonly steps: number;
  /** The target for the text and for the baseline. */
  readonly value: number;
  readonly baseline: number;
  /** |Σ attributions − (value − baseline)| ÷ |value − baseline|: 0 were the integral exact. */
  readonly completenessError: number;
  /** A sentence on what the baseline is. */
  readonly baselineIs: string;
}

/** Of each token in each state: the embedding output (0), then every layer's. */
export interface HiddenStates {
  /** Mean activation over the width, [states, tokens]. */
  readonly mean: FloatTensor;
  /** L2 norm, [states, tokens]. */
  readonly norm: FloatTensor;
  /** Cosine of each token to the next one, [states, tokens − 1]. */
  readonly cosine: FloatTensor;
}

/** The attentions of one kind of one stack, with their averages. */
export interface AttentionGroup extends AttentionKind, LayerAverages {}

/** Queries and keys are the tokens of sequences. */
export interface AttentionKind {
  /** 'self' where there is but one stack. */
  readonly name: 'self' | 'encoder' | 'decoder' | 'cross';
  /** Indices into `sequences`. */
  readonly queries: number;
  readonly keys: number;
  readonly layers: number;
  /** Of every layer. */
  readonly heads: number;
  /** Every token attends only to itself and those before it. */
  readonly causal: boolean;
}

/** Over the heads of each layer of a group. */
export interface LayerAverages {
  /** Ā = mean_h relu(∇A ⊙ A) of each layer, [queries, keys]; all zero where the target does not depend on it. */
  readonly relevance: readonly FloatTensor[];
  /** mean_h A of each layer, [queries, keys]. */
  readonly attention: readonly FloatTensor[];
}

/** The scalar that is explained. */
export interface ExplainedTarget {
  /** As `TextTarget` says it, resolved: "sum(last_hidden_state)", "logits[0,2]", "similarity". */
  readonly text: string;
  /** For people: "sum of last_hidden_state", "class positive", "[MASK] → “fox”", "cosine of both texts". */
  readonly label: string;
  readonly value: number;
}

/** A target that can be asked for. */
export interface TargetOffer {
  /**
   * What a request says: sum(NAME), NAME[i,…] (one element, or the sum over the axes left open; axis 0 is the batch), or what the engine resolves for
   * the text at hand: "class" (the predicted one), "class:2", "masked" (the first masked token's most likely filling), "masked:fox", "next"
   * (the most likely next token), "next:fox", "similarity" (cosine of both texts' mean-pooled last_hidden_state, each read alone).
   */
  readonly text: string;
  readonly label: string;
}

/** Milliseconds. */
export interface TextTimings {
  readonly tokenize: number;
  readonly open: number;
  readonly run: number;
  readonly total: number;
}

/** One layer of a group. */
export interface LayerOfGroup {
  /** Index into `attentions`. */
  readonly group: number;
  readonly layer: number;
}

/** The heads of one layer, as somebody looks at them. */
export interface LayerHeads extends LayerOfGroup, GradientChoice {
  /** Whose numbers are shown, where the looks of the others will do (HeadSketch); null: those of all. */
  readonly exact: readonly number[] | null;
}
