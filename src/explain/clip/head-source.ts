import { chosenInput, headsInput } from '../../onnx/augment/demand';
import { UsageError } from '../../shared/errors';
import { promptLength } from '../../shared/counted';
import type { Tower } from '../../shared/explanation';
import type { HeadTensors, LayerOfHeads } from '../../shared/heads-data';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import { elementCount, floatTensor, int64Tensor } from '../../shared/tensor';
import type { Question } from './question';
import type { TowersSession } from './session';
import { headsOf } from './session';
import { sitesOf } from './tower';

/** A or ∇A of every head of a layer. */
export interface HeadsPart extends LayerOfHeads {
  readonly what: 'attention' | 'gradient';
}

/** Keeps tensors while there is room for them, and may forget any of them at any time. */
export interface HeadStore {
  readonly get: (name: string) => FloatTensor | undefined;
  readonly set: (name: string, tensor: FloatTensor) => unknown;
  /** Bytes that may be fetched at once in order to be kept. */
  readonly room: number;
}

/** Bytes. A run of ViT-L/14 at 336 pixels then gives three of its 24 layers for three prompts: 8 runs instead of 2 GB. */
const heldAtOnce = 256 * 2 ** 20;

/** Both tensors of a layer's heads. */
export const bothParts = (layer: LayerOfHeads): HeadsPart[] => [
  { ...layer, what: 'attention' },
  { ...layer, what: 'gradient' },
];

/**
 * Every head of an image and its prompts: from the store, or from a run. A run fetches as much around what is wanted as the store has room
 * for, since the run itself costs the same: all of a small model, so that looking around in it costs nothing, and one layer of a large one.
 */
export class HeadSource {
  constructor(
    private readonly session: TowersSession,
    private readonly question: Question,
    private readonly store: HeadStore,
    private readonly held = heldAtOnce,
  ) {}

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

  async layer(layer: LayerOfHeads): Promise<HeadTensors> {
    const [attention, gradient] = await this.fetch(bothParts(layer));
    return { attention, gradient };
  }

  /** @returns the parts in their order, each [heads, queries, keys] */
  async fetch(parts: readonly HeadsPart[]): Promise<FloatTensor[]> {
    const found = new Map<string, FloatTensor>();
    const missing = parts.filter((part) => {
      const kept = this.store.get(nameOf(part));
      if (kept) found.set(nameOf(part), kept);
      return !kept;
    });
    if (missing.length > 0) {
      const all = this.widened(missing);
      const keep = this.bytes(all) <= this.store.room;
      for (const [name, tensor] of await this.run(all)) {
        found.set(name, keep ? alone(tensor) : tensor);
        if (keep) this.store.set(name, found.get(name)!);
      }
    }
    return parts.map((part) => found.get(nameOf(part))!);
  }

  /**
   * Fetches lists of parts one after the other, as many in a run as may be held at once, and lets them go when they are used.
   * @param between is awaited before each run but the first, with what is done already
   */
  async inTurn(
    lists: readonly (readonly HeadsPart[])[],
    use: (tensors: readonly FloatTensor[], index: number) => void,
    between: (done: number) => Promise<void>,
  ): Promise<void> {
    for (let first = 0, end = 1; first < lists.length; first = end, end++) {
      while (end < lists.length && this.bytes(lists.slice(first, end + 1).flat()) <= this.held) end++;
      if (first > 0) await between(first);
      const tensors = await this.fetch(lists.slice(first, end).flat());
      for (let at = 0, i = first; i < end; at += lists[i].length, i++) use(tensors.slice(at, at + lists[i].length), i);
    }
  }

  /** Of what `fetch` would return for them, about: the file need not tell how many tokens an image has. */
  bytes(parts: readonly HeadsPart[]): number {
    const named = new Map(parts.map((part) => [nameOf(part), part]));
    return [...named.values()].reduce((sum, part) => sum + this.partBytes(part), 0);
  }

  private partBytes({ tower, layer, prompt }: HeadsPart): number {
    const { info } = this.session;
    const tokens = tower === 'vision' ? imageTokens(this.question) : promptLength(this.question.words.prompts[prompt]);
    const queries = layer < info[tower].blocks.length ? tokens : 1;
    return headsOf(info, sitesOf(info[tower])[layer]) * queries * tokens * 4;
  }

  /**
   * The most around the parts that the store has room for: everything, their towers, or all prompts of their layers, these also with the whole of
   * the other tower, which often is small; or nothing.
   */
  private widened(parts: readonly HeadsPart[]): readonly HeadsPart[] {
    const everything = this.everything();
    const towers = everything.filter((a) => parts.some((b) => a.tower === b.tower));
    const layers = towers.filter((a) => parts.some((b) => a.tower === b.tower && a.layer === b.layer));
    const others = everything.filter((a) => !towers.includes(a));
    const fits = (choice: readonly HeadsPart[]) => this.bytes(choice) <= this.store.room;
    return [everything, towers, [...layers, ...others], layers].find(fits) ?? parts;
  }

  private everything(): HeadsPart[] {
    return (['vision', 'text'] as const).flatMap((tower) =>
      Array.from({ length: this.layers(tower) }, (_, layer) =>
        this.question.words.prompts.flatMap((_, prompt) => bothParts({ tower, layer, prompt })),
      ).flat(),
    );
  }

  private async run(parts: readonly HeadsPart[]): Promise<Map<string, FloatTensor>> {
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

/** More than there are: a slice ends where its axis ends. */
export const allHeads = 2 ** 31 - 1;

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

/** With memory of its own, so that forgetting it frees it. */
const alone = (t: FloatTensor): FloatTensor =>
  t.data.byteLength === t.data.buffer.byteLength ? t : floatTensor(t.dims, t.data.slice());
