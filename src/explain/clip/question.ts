import { BadFile } from '../../shared/errors';
import type { FloatTensor, Tensor, TensorMap } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';
import type { ModelFolder } from '../models';
import { scaleInput } from './cosine';
import type { TokenizedPrompts } from './prompts';
import { tokenizePrompts } from './prompts';
import type { LogitScale } from './scale';
import { logitScaleOf } from './scale';
import type { SeenImage } from './seen-image';
import type { TowersInfo } from './session';

/** What is asked of a model about an image. */
export interface QuestionRequest {
  readonly seen: SeenImage;
  readonly prompts: readonly string[];
  readonly model: ModelFolder;
  readonly logitScale?: number;
  readonly onLongPrompt: 'error' | 'truncate';
}

/** The same as the towers' session takes it. */
export interface Question {
  readonly seen: SeenImage;
  readonly model: ModelFolder;
  readonly words: TokenizedPrompts;
  /** null where the graph scales its logits. */
  readonly scale: LogitScale | null;
  /** For every input of the session but those of single heads (head-source.ts). */
  readonly feeds: TensorMap;
  /** Milliseconds that tokenizing took. */
  readonly tokenizeMs: number;
}

/** @throws UsageError for prompts that the model cannot read, BadFile for a model that wants other inputs */
export function questionOf(info: TowersInfo, request: QuestionRequest): Question {
  const { seen, model } = request;
  const start = performance.now();
  const words = tokenizePrompts(model, request.prompts, request.onLongPrompt, info.positions);
  const tokenizeMs = performance.now() - start;
  const scale = info.scaled ? logitScaleOf(model, request.logitScale) : null;
  return { seen, model, words, scale, feeds: feedsOf(info, words, seen.input.pixelValues, scale), tokenizeMs };
}

function feedsOf(
  info: TowersInfo,
  words: TokenizedPrompts,
  pixelValues: FloatTensor,
  scale: LogitScale | null,
): TensorMap {
  const k = words.prompts.length;
  const eye = new Float32Array(k * k);
  for (let i = 0; i < k; i++) eye[i * k + i] = 1;
  const known: TensorMap = {
    pixel_values: pixelValues,
    input_ids: words.inputIds,
    attention_mask: words.attentionMask,
    position_ids: positionsOf(words.inputIds),
    [scaleInput]: floatTensor([], Float32Array.of(scale?.value ?? 1)),
    // One cotangent for each prompt's logit; the text tower needs but one, since row k of its batch reaches logit k alone.
    [`vision.cotangent.${info.logits}`]: floatTensor([k, 1, k], eye),
    [`text.cotangent.${info.logits}`]: floatTensor([1, 1, k], new Float32Array(k).fill(1)),
  };
  const wanted = [...info.inputs, `vision.cotangent.${info.logits}`, `text.cotangent.${info.logits}`];
  const missing = info.inputs.find((name) => !known[name]);
  if (missing)
    throw new BadFile(
      `The model wants an input "${missing}" that is neither an image nor a text. Export it with the usual inputs of its kind.`,
    );
  return Object.fromEntries(wanted.map((name) => [name, known[name]]));
}

function positionsOf({ dims }: Tensor): Tensor {
  const [k, t] = dims;
  return { dtype: 'int64', dims, data: BigInt64Array.from({ length: k * t }, (_, i) => BigInt(i % t)) };
}
