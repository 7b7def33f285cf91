import type { HeadStatistics, HeadTensors } from '../../shared/heads-data';
import type { LayerOfGroup, TextExplanation } from '../../shared/text/explanation';
import type { FloatTensor } from '../../shared/tensor';

/** What a report fetches of an explained text. */
export interface HeadsFetch {
  /** One for each attention group. */
  statistics(): Promise<readonly HeadStatistics[]>;
  heads(of: LayerOfGroup): Promise<HeadTensors>;
}

/** A layer that a report shows with all its heads. */
export interface ReportLayer extends LayerOfGroup {
  /** Its part of the group's relevance. */
  readonly share: number;
  /** [heads, queries, keys]. */
  readonly attention: FloatTensor;
  /** One number for each head; entropy in nats, distance in tokens, sink: the attention to the first token. NaN: there is none. */
  readonly entropy: readonly number[];
  readonly distance: readonly number[];
  readonly sink: readonly number[];
  readonly relevance: readonly number[];
}

/** Of a model with one stack, and of one with two, where each of three groups has its own. */
const layersOfOne = 2;
const layersOfThree = 1;

/** The layers through which most of each group's relevance comes, the strongest first. */
export async function strongestLayers(
  { attentions }: Pick<TextExplanation, 'attentions'>,
  fetch: HeadsFetch,
): Promise<ReportLayer[]> {
  if (attentions.length === 0) return [];
  const statistics = await fetch.statistics();
  const most = attentions.length === 1 ? layersOfOne : layersOfThree;
  const chosen = attentions.flatMap((_, group) => {
    const found = statistics[group];
    return found
      ? ranked(found)
          .slice(0, most)
          .map((layer) => ({ group, ...layer, found }))
      : [];
  });
  const layers: ReportLayer[] = [];
  // One after the other: each holds [heads, tokens, tokens] twice.
  for (const { group, layer, share, found } of chosen) {
    const { attention } = await fetch.heads({ group, layer });
    const of = (numbers: FloatTensor): number[] => rowOf(numbers, layer);
    layers.push({
      ...{ group, layer, share, attention },
      entropy: of(found.entropy),
      distance: of(found.distance),
      sink: of(found.sink),
      relevance: of(found.relevance),
    });
  }
  return layers;
}

/** Of a tie the later layer goes first: it is nearer to the target. */
function ranked({ relevance }: HeadStatistics): { layer: number; share: number }[] {
  const layers = relevance.dims[1] ?? 0;
  return Array.from({ length: layers }, (_, layer) => ({
    layer,
    share: rowOf(relevance, layer).reduce((sum, x) => sum + x, 0),
  })).sort((a, b) => b.share - a.share || b.layer - a.layer);
}

/** Of a layer, from [1, layers, heads]. */
function rowOf({ dims, data }: FloatTensor, layer: number): number[] {
  const heads = dims[2] ?? 0;
  return Array.from(data.subarray(layer * heads, (layer + 1) * heads));
}
