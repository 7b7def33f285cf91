import type { Explanation, ExplanationRows, Rect } from '../shared/explanation';
import type { HeadSketch } from '../shared/head-sketch';
import type {
  GradientChoice,
  HeadStatistics,
  HeadTensors,
  HeadThumbnails,
  LayerOfHeads,
  Statistics,
  ThumbnailChoice,
} from '../shared/heads-data';
import type { FloatTensor, TensorMap } from '../shared/tensor';
import type { IntegratedGradients, LayerHeads, TextExplanation, TextOutline } from '../shared/text/explanation';
import type { GroupThumbnails } from '../shared/text/panel-protocol';

/**
 * What the engine process can be asked, once for both ends: the client's calls and the child's handlers compile against these lines.
 * A method takes one plain value and answers with one; tensors are typed arrays and cross the process border as bytes.
 */
export interface EngineMethods {
  /** Reads the image and the model and opens its session, so that the first explanation need not. Rejects with what that would say. */
  openImage(params: Pick<ExplainRequest, 'image' | 'model' | 'session'>): Promise<null>;
  /** The same for the texts that will be written. */
  openText(params: Pick<ExplainTextRequest, 'model' | 'session'>): Promise<null>;
  explainImage(params: ExplainImageParams): Promise<ExplainImageResult>;
  /** What a panel shows. The calls below give what it fetches later, each with the whole request, so that an engine may end in between. */
  explainRows(params: ExplainRequest): Promise<ExplanationRows>;
  /** UsageError for a layer or a prompt that does not exist. */
  heads(params: ExplainRequest & LayerOfHeads & GradientChoice): Promise<HeadTensors>;
  /** UsageError for a prompt that does not exist. */
  thumbnails(params: ExplainRequest & ThumbnailChoice): Promise<HeadThumbnails>;
  /** Other calls are answered between the runs that it takes on a large model. */
  statistics(params: ExplainRequest): Promise<Statistics>;
  explainText(params: ExplainTextRequest): Promise<TextExplanation>;
  /** What a text panel shows. `looked`: the heads that somebody looks at, and no others; null: any may be asked for next. */
  outlineText(params: ExplainTextRequest & { readonly looked: LayerHeads | null }): Promise<OutlineAndHeads>;
  /** What a text panel fetches later, each with the whole request. UsageError for a layer or a group that does not exist. */
  textHeads(params: ExplainTextRequest & LayerHeads): Promise<HeadSketch>;
  textThumbnails(params: ExplainTextRequest & GroupThumbnails): Promise<HeadThumbnails>;
  /** One for each attention group. */
  textStatistics(params: ExplainTextRequest): Promise<readonly HeadStatistics[]>;
  integratedGradients(params: ExplainTextRequest): Promise<IntegratedGradients>;
  /** Everything, for a file: named as the fixtures' goldens are. */
  textTensors(params: ExplainTextRequest): Promise<TextTensors>;
  preprocess(params: PreprocessParams): Promise<PreprocessResult>;
  trace(params: TraceParams): Promise<TraceResult>;
  decodeImage(params: DecodeImageParams): Promise<DecodedPixels>;
  encodePng(params: Pixels): Promise<{ readonly png: Uint8Array }>;
  diagnostics(params: DiagnosticsParams): Promise<Diagnostics>;
  /** A sign of life, answered whenever the child's event loop is free. */
  ping(params: null): Promise<null>;
}

/** What the child says unasked. */
export interface EngineEvents {
  /** The child listens. */
  ready: { readonly pid: number };
}

/** An image as the caller has it: a file, or bytes with a name for messages (a pasted image, a notebook's output). */
export type ImageRef = ({ readonly path: string } | { readonly bytes: Uint8Array; readonly name: string }) & {
  /** Limit on width × height; 100 megapixels by default. */
  readonly maxPixels?: number;
};

/** How sessions of ONNX Runtime are made. What is left out is ONNX Runtime's default. */
export interface SessionOptions {
  /** Name of an execution provider as ONNX Runtime lists it; 'cpu' by default. */
  readonly executionProvider?: string;
  /** Threads within one operator. */
  readonly threads?: number;
  /** Weights are not repacked: about 40 % less memory for about 25 % more run time. */
  readonly lowMemory?: boolean;
}

/** An image, prompts and a model: what everything about an explanation follows from. */
export interface ExplainRequest {
  readonly image: ImageRef;
  readonly prompts: readonly string[];
  /** Folder of the model, in the Hugging Face / transformers.js layout. */
  readonly model: string;
  /** Overrides what the model's folder says, or leaves unsaid. */
  readonly logitScale?: number;
  readonly onLongPrompt: 'error' | 'truncate';
  readonly session: SessionOptions;
}

export interface ExplainImageParams extends ExplainRequest {
  /** Whether the answer holds every head's tensors too (large). */
  readonly tensors: boolean;
}

export interface ExplainImageResult {
  readonly explanation: Explanation;
  /** vision.attention.<i>, text.attention.<i>, vision.gradient.<k>.<i>; null unless asked for. */
  readonly tensors: TensorMap | null;
}

/** Texts and a model: what everything about an explained text follows from. */
export interface ExplainTextRequest {
  readonly text: string;
  /** Second text of a pair, or what an encoder-decoder's decoder has said so far; null: none. */
  readonly pair: string | null;
  /** Folder of the model. */
  readonly model: string;
  /** See TargetOffer; null: the model's default. */
  readonly target: string | null;
  /** Fewer than the model reads, special tokens included; null: what the model reads. */
  readonly maxTokens: number | null;
  readonly onLongText: 'error' | 'truncate';
  readonly session: SessionOptions;
}

export interface OutlineAndHeads {
  /** Of the explanation, which the engine keeps. */
  readonly outline: TextOutline;
  /** Those that somebody looks at; null where they are to be asked for: of a long text, or of a model that has no such layer. */
  readonly heads: HeadSketch | null;
}

export interface TextTensors {
  readonly explanation: TextExplanation;
  /**
   * attention.<i>, gradient.0.<i> [1, heads, queries, keys] in execution order, hidden.[<stack>.]<i> [1, tokens, width], embedding_gradient.0 (`.decoder` for
   * the decoder's own), output.<name>, input.<name>.
   */
  readonly tensors: TensorMap;
}

export interface PreprocessParams {
  readonly image: ImageRef;
  /** Path of a preprocessor_config.json. */
  readonly config: string;
}

export interface PreprocessResult {
  /** pixel_values: [1, 3, height, width]. */
  readonly tensors: { readonly pixel_values: FloatTensor };
  /** What the model sees, as a PNG file. */
  readonly png: Uint8Array;
  readonly crop: Rect;
  readonly warnings: readonly string[];
}

export interface DecodeImageParams {
  readonly image: ImageRef;
  /** Shrinks the answer to at most so many pixels a side; whole where absent. */
  readonly longestSide?: number;
}

/** Eight bits a channel, [height, width, 3]. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Upright, alpha dropped. */
export interface DecodedPixels extends Pixels {
  readonly warnings: readonly string[];
}

export interface TraceParams {
  /** Path of an .onnx file. */
  readonly model: string;
  /** By the names of the model's inputs. */
  readonly inputs: TensorMap;
  /** `NAME[i,j,…]` or `sum(NAME)`. */
  readonly targets: readonly string[];
  readonly session: SessionOptions;
}

export interface TraceResult {
  /** Named as the fixtures' goldens: output.<name>, attention.<i>, gradient.<t>.<i>, hidden.<i>, embedding_gradient.<t>. */
  readonly tensors: TensorMap;
  readonly report: TraceReport;
}

export interface TraceReport {
  readonly attentions: readonly AttentionReport[];
  readonly targets: readonly TargetReport[];
  readonly warnings: readonly string[];
  readonly timings: TraceTimings;
}

/** One attention of the model, in execution order. */
export interface AttentionReport {
  readonly index: number;
  /** vision, text, encoder or decoder. */
  readonly stack: string;
  readonly layer: number;
  readonly kind: 'self' | 'cross' | 'co';
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly causal: boolean;
}

export interface TargetReport {
  /** As the caller wrote it. */
  readonly text: string;
  readonly output: string;
  readonly index: readonly number[];
  /** The sum over what the index leaves open. */
  readonly value: number;
}

/** Milliseconds. `skeleton` and `build` are our own part of opening, `create` is ONNX Runtime's; all three are 0 for a session that was open. */
export interface TraceTimings {
  readonly skeleton: number;
  readonly build: number;
  readonly create: number;
  readonly run: number;
  readonly total: number;
}

export interface DiagnosticsParams {
  /** Whether native libraries that nothing has needed yet are loaded, to learn whether they can be. */
  readonly load: boolean;
}

export interface Diagnostics {
  readonly pid: number;
  readonly node: string;
  readonly electron: string | null;
  readonly platform: string;
  readonly arch: string;
  readonly onnxruntime: LibraryState;
  /** Execution providers that this build of ONNX Runtime knows; empty while it is not loaded. */
  readonly executionProviders: readonly string[];
  readonly sharp: LibraryState;
  /** Bytes: of the engine process, then of the machine. */
  readonly memory: { readonly resident: number; readonly heap: number; readonly total: number; readonly free: number };
  readonly sessions: readonly SessionState[];
}

/** `version` once it is loaded, `error` where it cannot be; neither while nothing needed it. */
export interface LibraryState {
  readonly version: string | null;
  readonly error: string | null;
}

export interface SessionState {
  readonly files: readonly string[];
  /** Estimate: the sizes of the files behind the session. */
  readonly bytes: number;
  readonly inUse: boolean;
}
