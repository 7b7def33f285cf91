import type { Explanation, ModelInfo, Tower } from '../../shared/explanation';
import { gridCrop } from '../../shared/geometry';
import type { Tensor, TensorMap } from '../../shared/tensor';
import { nanWarnings } from '../finite';
import type { ModelFolder } from '../models';
import type { Runtime } from '../runtime';
import { entry } from '../tensors';
import { patchGrid } from './grid';
import { allHeads } from '../part-source';
import { demandFeeds, noHeads } from './head-source';
import { probabilitiesOf } from './probabilities';
import type { Question, QuestionRequest } from './question';
import { questionOf } from './question';
import type { LogitScale } from './scale';
import type { TowersInfo, TowersSession } from './session';
import { headsOf, withTowers } from './session';
import type { TowerSites } from './tower';
import { sitesOf, towerTrace } from './tower';

export interface ExplainImageRequest extends QuestionRequest {
  /** As the caller calls the image. */
  readonly path: string;
  /** Whether every head's attention and gradient comes along. */
  readonly heads: boolean;
}

export interface ExplainedImage {
  readonly explanation: Explanation;
  /** vision.attention.<i>, text.attention.<i>, vision.gradient.<k>.<i>, text.gradient.<i>, image_embeds …; null unless asked for. */
  readonly tensors: TensorMap | null;
}

/** CLIP relevance of every prompt (Chefer, Gur, Wolf 2021), with all that the other methods need, in one run of both towers. */
export async function explainImage(runtime: Runtime, request: ExplainImageRequest): Promise<ExplainedImage> {
  const start = performance.now() - request.seen.ms;
  return withTowers(runtime, request.model, async (session) => {
    const { info, cost } = session;
    const question = questionOf(info, request);
    const tokenized = performance.now();
    const results = await (request.heads ? runWhole(session, question) : runReduced(session, question));
    const ran = performance.now();
    const explanation = explanationOf(info, question, results, request.path, {
      preprocess: request.seen.ms,
      tokenize: question.tokenizeMs,
      open: cost.build + cost.create,
      run: ran - tokenized,
      total: performance.now() - start,
    });
    return { explanation, tensors: request.heads ? headTensors(info, results, question) : null };
  });
}

const runReduced = ({ info, run }: TowersSession, { feeds }: Question): Promise<TensorMap> =>
  run({ ...feeds, ...noHeads(info.facts.attentions.length) }, info.reduced);

const runWhole = ({ info, run }: TowersSession, { feeds, words }: Question): Promise<TensorMap> =>
  run({
    ...feeds,
    ...demandFeeds({
      heads: info.facts.attentions.map(() => allHeads),
      vision: words.prompts.map((_, k) => k),
      text: [0],
    }),
  });

function explanationOf(
  info: TowersInfo,
  { seen, model, words, scale }: Question,
  results: TensorMap,
  path: string,
  timings: Explanation['timings'],
): Explanation {
  const logits = Array.from(results[info.logits].data as Float32Array, (x) => x + (scale?.bias ?? 0));
  const probabilities = probabilitiesOf(logits, model.kind === 'siglip' ? 'sigmoid' : 'softmax');
  const heads = (site: number) => headsOf(info, site);
  const tokens = results[`mean.${info.vision.blocks[0]}`].dims[2];
  const { rows, columns, prefix } = patchGrid(tokens, seen.input.height, seen.input.width, model.config);
  const patch = model.config.vision_config?.patch_size;
  const crop = patch ? gridCrop(seen.input.crop, seen.input, [rows, columns], patch) : seen.input.crop;
  const readOut = info.vision.pooling === null ? ('cls' as const) : ('pooling' as const);
  return {
    model: modelInfo(model, scale, info.quantised),
    image: { path, width: seen.width, height: seen.height, crop },
    prompts: words.prompts.map((p, k) => ({ ...p, logit: logits[k], probability: probabilities[k] })),
    vision: towerTrace('vision', info.vision, results, heads, { readOut, prefix }),
    text: towerTrace('text', info.text, results, heads, { readOut: 'prompt', prefix: 0 }),
    grid: [rows, columns],
    warnings: [...seen.warnings, ...info.facts.warnings, ...nanWarnings(told(info, results))],
    timings,
  };
}

/** What is looked through for NaN; ReLU may have swallowed those of the relevance. */
function told({ logits, vision, text }: TowersInfo, results: TensorMap): TensorMap {
  const layers = (tower: Tower, { blocks }: TowerSites) =>
    blocks.map((site, i) => [`layer ${i} of the ${tower} tower`, results[`${tower}.signed.${site}`]] as const);
  return {
    'the logits': results[logits],
    ...Object.fromEntries([...layers('vision', vision), ...layers('text', text)]),
  };
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
function headTensors(info: TowersInfo, results: TensorMap, { seen, words }: Question): TensorMap {
  const tensors: Record<string, Tensor> = {
    pixel_values: seen.input.pixelValues,
    input_ids: words.inputIds,
    [info.logits.replace('lens.', '')]: results[info.logits],
  };
  for (const name of ['image_embeds', 'text_embeds']) if (results[name]) tensors[name] = results[name];
  for (const tower of ['vision', 'text'] as const)
    sitesOf(info[tower]).forEach((site, layer) => {
      const pooling = site === info[tower].pooling;
      const nameOf = (what: string, k: number | null) => {
        const parts = pooling ? [tower, 'pooling', what, k] : [tower, what, k, layer];
        return parts.filter((part) => part !== null).join('.');
      };
      tensors[nameOf('attention', null)] = results[`attention.${site}`];
      const gradient = results[`${tower}.gradient.${site}`];
      for (let k = 0; k < gradient.dims[0]; k++)
        tensors[nameOf('gradient', tower === 'vision' ? k : null)] = entry(gradient, k);
    });
  return tensors;
}
