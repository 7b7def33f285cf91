import { chosenInput, headsInput } from '../../onnx/augment/demand';
import { UsageError } from '../../shared/errors';
import { promptLength } from '../../shared/counted';
import type { Tower } from '../../shared/explanation';
import type { GradientChoice, HeadTensors, LayerOfHeads } from '../../shared/heads-data';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import { elementCount, floatTensor, int64Tensor } from '../../shared/tensor';
import type { HeadParts, HeadStore } from '../part-source';
import { allHeads, PartSource } from '../part-source';
import type { Question } from './question';
import type { TowersSession } from './session';
import { headsOf } from './session';
import { sitesOf } from './tower';

/** A or ∇A of every head of a layer. */
export interface HeadsPart extends LayerOfHeads {
  readonly what: 'attention' | 'gradient';
}

/** Both tensors of a layer's heads. */
export const bothParts = (layer: LayerOfHeads): [attention: HeadsPart, gradient: HeadsPart] => [
  { ...layer, what: 'attention' },
  { ...layer, what: 'gradient' },
];

/** Every head of an image and its prompts. */
export class HeadSource extends PartSource<HeadsPart> {
  constructor(
    private readonly session: TowersSession,
    private readonly question: Question,
    store: HeadStore,
    held?: number,
  ) {
    super(new TowerParts(session, question), store, held);
  }

  /** Of a tower, counted as `layerCount` does: a pooling head is the last. */
  layers(tower: Tower): number {
    return sitesOf(this.session.info[tower]).length;
  }

  /** Without a pooling head. */
  blocks(tower: Tower): number {
    return this.session.info[tower].blocks.length;
  }

  /** Of each block of a tower. */
  heads(tower: Tower): number {
    const { info } = this.session;
    return headsOf(info, info[tower].blocks[0]);
  }

  /** @throws UsageError where there is no such layer or prompt */
  check({ tower, layer, prompt }: LayerOfHeads): void {
    const layers = this.layers(tower);
    if (layer >= layers)
      throw new UsageError(
        `Layer ${layer} does not exist: the ${tower === 'vision' ? 'image' : 'text'} tower has ${layers} layers, numbered 0 to ${layers - 1}. Choose one of them.`,
      );
    const prompts = this.question.words.prompts.length;
    if (prompt >= prompts)
      throw new UsageError(
        `Prompt ${prompt} does not exist: there ${prompts === 1 ? 'is one prompt, number 0' : `are ${prompts} prompts, numbered 0 to ${prompts - 1}`}. Choose one of them.`,
      );
  }

  async layer({ tower, layer, prompt, gradient: wanted }: LayerOfHeads & GradientChoice): Promise<HeadTensors> {
    const [a, g] = bothParts({ tower, layer, prompt });
    const [attention, gradient = null] = await this.fetch(wanted ? [a, g] : [a]);
    return { attention, gradient };
  }
}

class TowerParts implements HeadParts<HeadsPart> {
  constructor(
    private readonly session: TowersSession,
    private readonly question: Question,
  ) {}

  readonly nameOf = nameOf;

  bytesOf({ tower, layer, prompt }: HeadsPart): number {
    const { info } = this.session;
    const tokens = tower === 'vision' ? imageTokens(this.question) : promptLength(this.question.words.prompts[prompt]);
    const queries = layer < info[tower].blocks.length ? tokens : 1;
    return headsOf(info, sitesOf(info[tower])[layer]) * queries * tokens * 4;
  }

  /** Everything, their towers, or all prompts of their layers, these also with the whole of the other tower, which often is small. */
  around(parts: readonly HeadsPart[]): HeadsPart[][] {
    const everything = this.everything();
    const towers = everything.filter((a) => parts.some((b) => a.tower === b.tower));
    const layers = towers.filter((a) => parts.some((b) => a.tower === b.tower && a.layer === b.layer));
    const others = everything.filter((a) => !towers.includes(a));
    return [everything, towers, [...layers, ...others], layers];
  }

  private everything(): HeadsPart[] {
    return (['vision', 'text'] as const).flatMap((tower) =>
      Array.from({ length: sitesOf(this.session.info[tower]).length }, (_, layer) =>
        this.question.words.prompts.flatMap((_, prompt) => bothParts({ tower, layer, prompt })),
      ).flat(),
    );
  }

  async run(parts: readonly HeadsPart[]): Promise<Map<string, FloatTensor>> {
    const { info } = this.session;
    const site = ({ tower, layer }: HeadsPart) => sitesOf(info[tower])[layer];
    const sites = new Set(parts.map(site));
    const gradients = parts.filter((part) => part.what === 'gradient');
    const chosen = [...new Set(gradients.flatMap((part) => (part.tower === 'vision' ? [part.prompt] : [])))];
    const outputOf = (part: HeadsPart) =>
      part.what === 'attention' ? `attention.${site(part)}` : `${part.tower}.gradient.${site(part)}`;
    const demand = {
      heads: info.facts.attentions.map((_, i) => (sites.has(i) ? allHeads : 0)),
      vision: chosen,
      // One cotangent serves all prompts of the text tower.
      text: gradients.some((part) => part.tower === 'text') ? [0] : [],
    };
    const results = await this.session.run({ ...this.question.feeds, ...demandFeeds(demand) }, [
      ...new Set(parts.map(outputOf)),
    ]);
    return new Map(
      parts.map((part) => {
        const result = results[outputOf(part)] as FloatTensor;
        if (part.tower === 'vision')
          return [nameOf(part), entryOf(result, part.what === 'gradient' ? chosen.indexOf(part.prompt) : 0)];
        return [
          nameOf(part),
          cut(entryOf(result, part.prompt), promptLength(this.question.words.prompts[part.prompt])),
        ];
      }),
    );
  }
}

/** What a run returns of single heads: of each attention that many heads, and of each pass those targets' gradients. */
export interface HeadDemand {
  readonly heads: readonly number[];
  readonly vision: readonly number[];
  readonly text: readonly number[];
}

export const demandFeeds = ({ heads, vision, text }: HeadDemand): TensorMap => ({
  [headsInput]: int64Tensor([heads.length], heads),
  [chosenInput('vision')]: int64Tensor([vision.length], vision),
  [chosenInput('text')]: int64Tensor([text.length], text),
});

/** No head of any attention. */
export const noHeads = (attentions: number): TensorMap =>
  demandFeeds({ heads: new Array<number>(attentions).fill(0), vision: [], text: [] });

/** The image's attention is the same for every prompt. */
const nameOf = ({ tower, layer, prompt, what }: HeadsPart): string =>
  `${tower}.${what}.${layer}${tower === 'vision' && what === 'attention' ? '' : `.${prompt}`}`;

/** An estimate, which need not be exact. */
function imageTokens({ model, seen }: Question): number {
  const size = model.config.vision_config?.patch_size ?? 14;
  return Math.floor(seen.input.width / size) * Math.floor(seen.input.height / size) + 1;
}

/** Entry n of […, heads, queries, keys], counted over all leading axes, as a view. */
function entryOf({ dims, data }: FloatTensor, n: number): FloatTensor {
  const own = dims.slice(-3);
  const size = elementCount(own);
  return floatTensor(own, data.subarray(n * size, (n + 1) * size));
}

/** The first `length` queries and keys: [heads, length, length]. */
function cut(t: FloatTensor, length: number): FloatTensor {
  const [heads, queries, keys] = t.dims;
  if (length === queries && length === keys) return t;
  const data = new Float32Array(heads * length * length);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < length; i++) {
      const at = (h * queries + i) * keys;
      data.set(t.data.subarray(at, at + length), (h * length + i) * length);
    }
  return floatTensor([heads, length, length], data);
}
