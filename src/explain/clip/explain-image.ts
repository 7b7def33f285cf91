import { findAttentions } from '../../onnx/attention/name';
import type { TraceFacts } from '../../onnx/trace';
import { buildTrace } from '../../onnx/trace';
import { BadFile } from '../../shared/errors';
import type { Explanation, ModelInfo } from '../../shared/explanation';
import { gridCrop } from '../../shared/geometry';
import type { FloatTensor, Tensor, TensorMap } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';
import type { ModelFolder } from '../models';
import { filesOf } from '../models';
import { readPreprocessConfig } from '../preprocess/config';
import type { Rgb8Image } from '../preprocess/image';
import { preprocess } from '../preprocess/preprocess';
import type { Built, Opened, Runtime } from '../runtime';
import { entry } from '../tensors';
import { scaleInput } from './cosine';
import { patchGrid } from './grid';
import { probabilitiesOf } from './probabilities';
import type { TokenizedPrompts } from './prompts';
import { tokenizePrompts } from './prompts';
import type { LogitScale } from './scale';
import { logitScaleOf } from './scale';
import type { TowerSites } from './tower';
import { sitesOf, towerPass, towerSites, towerTrace } from './tower';
import { openTowers } from './towers';

export interface ExplainImageRequest {
  readonly image: Rgb8Image;
  /** As the caller calls it. */
  readonly path: string;
  readonly prompts: readonly string[];
  readonly model: ModelFolder;
  readonly logitScale?: number;
  readonly onLongPrompt: 'error' | 'truncate';
  /** Whether every head's attention and gradient comes along. */
  readonly heads: boolean;
  /** What decoding the image has to say. */
  readonly warnings: readonly string[];
}

export interface ExplainedImage {
  readonly explanation: Explanation;
  /** vision.attention.<i>, text.attention.<i>, vision.gradient.<k>.<i>, text.gradient.<i>, image_embeds …; null unless asked for. */
  readonly tensors: TensorMap | null;
}

interface TowersInfo {
  readonly facts: TraceFacts;
  readonly logits: string;
  readonly scaled: boolean;
  readonly vision: TowerSites;
  readonly text: TowerSites;
  readonly quantised: boolean;
  /** Positions of the text tower where the file fixes them. */
  readonly positions: number | undefined;
  readonly inputs: readonly string[];
}

/** CLIP relevance of every prompt (Chefer, Gur, Wolf 2021), with all that the other methods need, in one run of both towers. */
export async function explainImage(runtime: Runtime, request: ExplainImageRequest): Promise<ExplainedImage> {
  const start = performance.now();
  const { model, image } = request;
  const seen = preprocess(image, readPreprocessConfig(model.preprocessor, `preprocessor_config.json of ${model.name}`));
  const preprocessed = performance.now();

  const build = () => buildTowers(model, request.heads);
  return runtime.withSession(
    filesOf(model),
    request.heads ? 'explain with heads' : 'explain',
    build,
    async (session) => {
      const { info } = session;
      const opened = performance.now();
      const words = tokenizePrompts(model, request.prompts, request.onLongPrompt, info.positions);
      const tokenized = performance.now();
      const scale = info.scaled ? logitScaleOf(model, request.logitScale) : null;
      const results = await session.run(feedsOf(session, words, seen.pixelValues, scale));
      const ran = performance.now();

      const logits = Array.from(results[info.logits].data as Float32Array, (x) => x + (scale?.bias ?? 0));
      const probabilities = probabilitiesOf(logits, model.kind === 'siglip' ? 'sigmoid' : 'softmax');
      const heads = (i: number) => info.facts.attentions[i].heads ?? 1;
      const attention = (i: number) => results[`attention.${i}`];
      const tokens = results[`mean.${info.vision.blocks[0]}`].dims[2];
      const { rows, columns, prefix } = patchGrid(tokens, seen.height, seen.width, model.config);
      const patch = model.config.vision_config?.patch_size;
      const crop = patch ? gridCrop(seen.crop, seen, [rows, columns], patch) : seen.crop;
      const vision = towerTrace('vision', info.vision, results, heads, {
        readOut: info.vision.pooling === null ? 'cls' : 'pooling',
        prefix,
      });
      const explanation: Explanation = {
        model: modelInfo(model, scale, info.quantised),
        image: { path: request.path, width: image.width, height: image.height, crop },
        prompts: words.prompts.map((p, k) => ({ ...p, logit: logits[k], probability: probabilities[k] })),
        vision,
        text: towerTrace('text', info.text, results, heads, { readOut: 'prompt', prefix: 0 }),
        grid: [rows, columns],
        warnings: [...request.warnings, ...info.facts.warnings],
        timings: {
          preprocess: preprocessed - start,
          tokenize: tokenized - opened,
          open: session.cost.build + session.cost.create,
          run: ran - tokenized,
          total: performance.now() - start,
        },
      };
      return {
        explanation,
        tensors: request.heads ? headTensors(info, results, attention, seen.pixelValues, words) : null,
      };
    },
  );
}

function buildTowers(folder: ModelFolder, heads: boolean): Built<TowersInfo> {
  const { model, logits, scaled } = openTowers(folder);
  const attentions = findAttentions(model.graph);
  const vision = towerSites(attentions, 'vision');
  const text = towerSites(attentions, 'text');
  const all = [...sitesOf(vision), ...sitesOf(text)];
  const inputs = model.graph.inputs.map((v) => v.name);
  const ids = model.graph.inputs.find((v) => v.name === 'input_ids')?.shape?.[1];
  const { facts, ...built } = buildTrace(
    model,
    {
      outputs: [...new Set([logits, ...model.outputs.filter((o) => /_embeds$/.test(o))])],
      attentions: heads ? all : [],
      means: all,
      passes: [towerPass('vision', logits, vision, heads), towerPass('text', logits, text, heads)],
    },
    attentions,
  );
  const positions = typeof ids === 'number' ? ids : undefined;
  const info = { facts, logits, scaled, vision, text, quantised: model.quantised, positions, inputs };
  return { ...built, info };
}

function feedsOf(
  { info }: Opened<TowersInfo>,
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

function modelInfo(model: ModelFolder, logitScale: LogitScale | null, quantised: boolean): ModelInfo {
  const { name, path, kind, recommended, about } = model;
  return {
    name,
    path,
    kind,
    probabilities: kind === 'siglip' ? 'sigmoid' : 'softmax',
    logitScale,
    recommended,
    about,
    quantised,
  };
}

/** Every head's tensors, layers numbered from 0 within each tower; a pooling head's are called `vision.pooling.…`. */
function headTensors(
  info: TowersInfo,
  results: TensorMap,
  attention: (i: number) => Tensor,
  pixelValues: Tensor,
  words: TokenizedPrompts,
): TensorMap {
  const tensors: Record<string, Tensor> = {
    pixel_values: pixelValues,
    input_ids: words.inputIds,
    [info.logits.replace('lens.', '')]: results[info.logits],
  };
  for (const name of ['image_embeds', 'text_embeds']) if (results[name]) tensors[name] = results[name];
  for (const tower of ['vision', 'text'] as const) {
    const { blocks, pooling } = info[tower];
    const put = (index: number, as: (what: string, k?: number) => string) => {
      tensors[as('attention')] = attention(index);
      const gradient = results[`${tower}.gradient.${index}`];
      for (let k = 0; k < gradient.dims[0]; k++)
        tensors[as('gradient', tower === 'vision' ? k : undefined)] = entry(gradient, k);
    };
    blocks.forEach((index, layer) =>
      put(index, (what, k) => `${tower}.${what}.${k === undefined ? '' : `${k}.`}${layer}`),
    );
    if (pooling !== null) put(pooling, (what, k) => `${tower}.pooling.${what}${k === undefined ? '' : `.${k}`}`);
  }
  return tensors;
}
