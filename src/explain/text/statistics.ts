import { attentionStatistics, layerRelevance, type Positions } from '../../shared/head-statistics';
import type { HeadStatistics } from '../../shared/heads-data';
import { oneHot } from '../../shared/relevance';
import type { LayerOfGroup } from '../../shared/text/explanation';
import type { FloatTensor } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';
import type { GroupSites } from './graph';
import { bothParts, type TextHeads } from './heads';
import type { TextQuestion } from './question';
import { readOutOf } from './read-out';

/**
 * Numbers of every head of each attention group, [1, layers, heads]. The layers are walked from the last to the first, as the read-out row goes: of a decoder its
 * cross-attention and then itself, and the encoder with what came in by all cross-attentions.
 * @param between is awaited between the runs that a large model takes, with the part that is done
 */
export async function textStatisticsOf(
  source: TextHeads,
  question: TextQuestion,
  between: (fraction: number) => Promise<void>,
): Promise<HeadStatistics[]> {
  const found = source.groups.map((group) => new GroupStatistics(group, question));
  const walk = walkOf(source.groups);
  const rows = startRows(question);
  await source.inTurn(
    walk.map(bothParts),
    ([attention, gradient], i) => {
      const { group, layer } = walk[i];
      found[group].add(layer, attention, gradient, rows);
    },
    (done) => between(done / walk.length),
  );
  return found.map((group) => group.result());
}

function walkOf(groups: readonly GroupSites[]): LayerOfGroup[] {
  const layers = (group: number) =>
    groups[group].sites.map((_, i) => ({ group, layer: groups[group].sites.length - 1 - i }));
  if (groups.length === 1) return layers(0);
  const [encoder, decoder, cross] = groups.map((_, group) => layers(group));
  return [...decoder.flatMap((own, i) => [...cross.slice(i, i + 1), own]), ...encoder];
}

/** Of each sequence its read-out row as the layers above have left it; an encoder's begins with what the decoder looks at. */
const startRows = (question: TextQuestion): Float64Array[] =>
  question.sequences.map(({ ids }, i) =>
    i === question.sequences.length - 1 ? oneHot(ids.length, readOutOf(question, i)) : new Float64Array(ids.length),
  );

class GroupStatistics {
  private readonly heads: number;
  private readonly layers: number;
  private total = 0;
  private readonly found: HeadStatistics;
  private readonly positions: Positions;
  private readonly counted: readonly number[];

  constructor(
    private readonly group: GroupSites,
    { sequences }: TextQuestion,
  ) {
    this.heads = group.heads;
    this.layers = group.sites.length;
    const empty = () => floatTensor([1, this.layers, this.heads], new Float32Array(this.layers * this.heads));
    this.found = { entropy: empty(), distance: empty(), sink: empty(), relevance: empty() };
    const { tokens } = sequences[group.keys];
    const own = tokens.flatMap(({ special }, i) => (special ? [] : [i]));
    this.counted = own.length > 0 ? own : tokens.map((_, i) => i);
    this.positions = {
      queries: sequences[group.queries].ids.map((_, i) => i),
      // Between tokens of two sequences there is no distance: all are left out.
      prefix: group.queries !== group.keys ? Infinity : tokens[0]?.special ? 1 : 0,
      sink: true,
      columns: null,
    };
  }

  /**
   * @param attention, gradient [heads, queries, keys]; what is behind this layer was added before
   * @param rows of each sequence, carried on
   */
  add(layer: number, attention: FloatTensor, gradient: FloatTensor, rows: Float64Array[]): void {
    const { queries: from, keys: to } = this.group;
    const [heads, queries, keys] = attention.dims;
    const { heads: shares, added } = layerRelevance(
      { heads, queries, keys, attention: attention.data, gradient: gradient.data },
      rows[from],
      this.counted,
    );
    rows[to] = rows[to].map((value, i) => value + added[i]);
    this.total += shares.reduce((sum, share) => sum + share, 0);
    const each = attentionStatistics(attention, this.positions);
    const at = layer * this.heads;
    for (const what of ['entropy', 'distance', 'sink'] as const) this.found[what].data.set(each[what], at);
    this.found.relevance.data.set(shares, at);
  }

  result(): HeadStatistics {
    const { dims, data } = this.found.relevance;
    return {
      ...this.found,
      relevance: floatTensor(
        dims,
        data.map((share) => share / (this.total || 1)),
      ),
    };
  }
}
