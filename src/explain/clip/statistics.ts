import { countedPositions } from '../../shared/counted';
import type { Tower } from '../../shared/explanation';
import { attentionStatistics, layerRelevance, type Positions } from '../../shared/head-statistics';
import type { HeadStatistics, Statistics } from '../../shared/heads-data';
import { oneHot } from '../../shared/relevance';
import type { FloatTensor } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';
import { patchGrid } from './grid';
import type { HeadSource } from './head-source';
import { bothParts } from './head-source';
import type { Question } from './question';

/**
 * Numbers of every head of both towers. The layers are walked from the last to the first, as the read-out row goes.
 * @param between is awaited between the runs that a large model takes, with the part that is done
 */
export async function statisticsOf(
  source: HeadSource,
  question: Question,
  between: (fraction: number) => Promise<void>,
): Promise<Statistics> {
  const prompts = question.words.prompts.map((_, k) => k);
  const found = {
    vision: new TowerStatistics(source, question, 'vision'),
    text: new TowerStatistics(source, question, 'text'),
  };
  const walk = (['vision', 'text'] as const).flatMap((tower) =>
    Array.from({ length: source.layers(tower) }, (_, i) => ({ tower, layer: source.layers(tower) - 1 - i })),
  );
  await source.inTurn(
    walk.map((at) => prompts.flatMap((prompt) => bothParts({ ...at, prompt }))),
    (tensors, i) => {
      const { tower, layer } = walk[i];
      for (const k of prompts) found[tower].add(layer, k, tensors[2 * k], tensors[2 * k + 1]);
    },
    (done) => between(done / walk.length),
  );
  return { vision: found.vision.result(), text: found.text.result() };
}

class TowerStatistics {
  private readonly blocks: number;
  private readonly heads: number;
  /** For each prompt: the read-out row as the layers above have left it. */
  private readonly rows: Float64Array[] = [];
  /** For each prompt: the relevance that came in by all layers. */
  private readonly totals: number[] = [];
  private readonly relevance: FloatTensor;
  private readonly attention: Readonly<Record<'entropy' | 'distance' | 'sink', FloatTensor>>;

  constructor(
    source: HeadSource,
    private readonly question: Question,
    private readonly tower: Tower,
  ) {
    const prompts = question.words.prompts.length;
    this.blocks = source.blocks(tower);
    this.heads = source.heads(tower);
    const empty = (entries: number) =>
      floatTensor([entries, this.blocks, this.heads], new Float32Array(entries * this.blocks * this.heads));
    this.relevance = empty(prompts);
    const own = tower === 'vision' ? 1 : prompts;
    this.attention = { entropy: empty(own), distance: empty(own), sink: empty(own) };
  }

  /** @param attention, gradient [heads, queries, keys] of a layer for prompt k; the layers above it were added before */
  add(layer: number, k: number, attention: FloatTensor, gradient: FloatTensor): void {
    const [heads, queries, keys] = attention.dims;
    const { positions, counted, readOut } = this.layout(keys, k);
    const block = layer < this.blocks;
    // The one query of a pooling head is what the row begins with, and is none of the tokens.
    const v = block ? (this.rows[k] ?? oneHot(keys, readOut)) : Float64Array.of(1);
    const { heads: shares, added } = layerRelevance(
      { heads, queries, keys, attention: attention.data, gradient: gradient.data },
      v,
      counted,
    );
    this.rows[k] = block ? added.map((sum, j) => sum + v[j]) : added;
    this.totals[k] = shares.reduce((sum, share) => sum + share, this.totals[k] ?? 0);
    if (!block) return;
    const at = (k * this.blocks + layer) * this.heads;
    this.relevance.data.set(shares, at);
    // The image's attention is the same for every prompt.
    if (this.tower === 'vision' && k > 0) return;
    const found = attentionStatistics(attention, positions);
    for (const what of ['entropy', 'distance', 'sink'] as const) this.attention[what].data.set(found[what], at);
  }

  result(): HeadStatistics {
    const { dims, data } = this.relevance;
    const each = this.blocks * this.heads;
    const shares = data.map((share, i) => share / (this.totals[Math.floor(i / each)] || 1));
    return { ...this.attention, relevance: floatTensor(dims, shares) };
  }

  private layout(tokens: number, k: number): { positions: Positions; counted: readonly number[]; readOut: number } {
    const prompt = this.question.words.prompts[k];
    if (this.tower === 'text') {
      const start = prompt.tokens[0]?.special === true;
      const own = new Set([...prompt.tokens.keys(), prompt.readOut]);
      return {
        positions: { queries: [...own], prefix: start ? 1 : 0, sink: start, columns: null },
        counted: countedPositions({ prefix: 0, tokens, readOut: 'prompt' }, prompt),
        readOut: prompt.readOut,
      };
    }
    const { model, seen } = this.question;
    const { prefix, columns } = patchGrid(tokens, seen.input.height, seen.input.width, model.config);
    return {
      positions: { queries: Array.from({ length: tokens }, (_, i) => i), prefix, sink: prefix > 0, columns },
      counted: countedPositions({ prefix, tokens, readOut: 'cls' }, prompt),
      readOut: 0,
    };
  }
}
