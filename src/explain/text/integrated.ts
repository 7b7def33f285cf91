import { UnsupportedModel } from '../../shared/errors';
import type { IntegratedGradients } from '../../shared/text/explanation';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';
import type { Runtime } from '../runtime';
import { firstOf } from './crop';
import type { EmbeddingSession } from './embedding-session';
import { embeddingGradient, embeddingInput, withEmbeddingSession } from './embedding-session';
import { withTextQuestion } from './explain-text';
import { extentOf, fixedBatch, type Extent } from './feeds';
import { gaussLegendre } from './gauss-legendre';
import type { GroupSites } from './graph';
import { allFeeds, completeFeeds, noHeads, type TextQuestion } from './question';
import { rowProducts } from './saliency';
import type { TextSession } from './session';
import { otherInput, targetOutput } from './target-graph';
import type { TextModel } from './model';
import { tokenId } from './model';

/** Gradients along the line; more are taken until the sum of the attributions is the target's difference within `tolerance`. */
const attempts = [20, 50, 100, 200];
const tolerance = 0.01;

/** Of attentions and activations that a run may hold, in bytes; and tokens, so that a run ends before somebody who waits loses patience. */
const heldAtOnce = 256 * 2 ** 20;
const tokensAtOnce = 1024;

/**
 * Integrated gradients (Sundararajan, Taly, Yan 2017) of the word embeddings by Gauss–Legendre quadrature. As in Captum's tutorials of BERT, the baseline is
 * the same text of padding tokens, special tokens kept.
 * @param between is awaited between runs, with the part of the first attempt that is done
 * @throws UnsupportedModel where the word embeddings were not found
 */
export async function integratedGradients(
  runtime: Runtime,
  question: TextQuestion,
  between: (fraction: number) => Promise<void>,
): Promise<IntegratedGradients> {
  const { ends, other } = await withTextQuestion(runtime, question, async (session) => ({
    ends: await endsOf(session, question),
    other: (await completeFeeds(session, question))[otherInput],
  }));
  const extra: TensorMap = other ? { [otherInput]: other } : {};
  const feeds = { ...question.feeds, ...extra, ...mixed(ends.inputs, [1], question.extent.batch) };
  return withEmbeddingSession(runtime, question, feeds, async (session) => {
    const line = new Line(session, question, ends.inputs, extra);
    const [{ value: baseline }, { value }] = await line.at([0, 1], between);
    const difference = value - baseline;
    for (const steps of attempts) {
      const attributions = await line.integral(steps, between);
      const sum = attributions.flatMap((a) => [...(a ?? [])]).reduce((total, x) => total + x, 0);
      const completenessError = Math.abs(sum - difference) / Math.abs(difference || 1);
      if (completenessError < tolerance || steps === attempts.at(-1))
        return { attributions, steps, value, baseline, completenessError, baselineIs: ends.baselineIs };
    }
    throw new Error('There is no attempt.');
  });
}

/** Word embeddings of one sequence at both ends of the line, as the graph has them in one entry of its batch. */
interface Ends {
  readonly ids: string;
  readonly text: FloatTensor;
  readonly baseline: FloatTensor;
}

async function endsOf(
  session: TextSession,
  question: TextQuestion,
): Promise<{ readonly inputs: readonly Ends[]; readonly baselineIs: string }> {
  const { model, graph, sequences, plan, extent } = question;
  const names = session.info.facts.embeddings;
  if (names.length === 0)
    throw new UnsupportedModel(
      `The word embeddings of ${model.name} were not found, so there is nothing to integrate over. Export it with another exporter.`,
    );
  const filler = fillerOf(model);
  const filled = sequences.map((sequence) => ({
    ...sequence,
    ids: sequence.ids.map((id, i) => (sequence.tokens[i].special ? id : (filler ?? id))),
  }));
  const read = async (of: typeof sequences) => {
    const feeds = { ...allFeeds(model, graph, of, plan, extent), ...noHeads(session.info.facts.attentions.length) };
    return session.run(
      feeds,
      names.map((ids) => `embedding.${ids}`),
    );
  };
  const texts = await read(sequences);
  const baselines = filler === null ? null : await read(filled);
  const inputs = names.map((ids): Ends => {
    const { dims, data } = texts[`embedding.${ids}`] as FloatTensor;
    // One entry of the batch; where batch and tokens share an axis, all there is.
    const own = dims.length === 3 ? [1, ...dims.slice(1)] : dims;
    const text = floatTensor(
      own,
      data.slice(
        0,
        own.reduce((n, size) => n * size, 1),
      ),
    );
    const at = graph.sequences.findIndex((sequence) => sequence.ids === ids);
    const kept = (token: number) => sequences[Math.max(at, 0)].tokens[token]?.special ?? true;
    const baseline = baselines
      ? floatTensor(own, (baselines[`embedding.${ids}`].data as Float32Array).slice(0, text.data.length))
      : withoutWords(text, kept);
    return { ids, text, baseline };
  });
  const word = filler === null ? 'a word embedding of zero' : `“${model.tokenizer.hf.id_to_token(filler) ?? filler}”`;
  return { inputs, baselineIs: `The same text with ${word} in place of every token but the special ones.` };
}

/** The padding token, else the mask: null: the model has neither. */
const fillerOf = ({ tokenizer, config }: TextModel): number | null =>
  tokenizer.padId ?? tokenId(config.pad_token_id) ?? tokenizer.maskId;

function withoutWords({ dims, data }: FloatTensor, kept: (token: number) => boolean): FloatTensor {
  const width = dims.at(-1)!;
  return floatTensor(
    dims,
    data.map((x, i) => (kept(Math.floor(i / width)) ? x : 0)),
  );
}

/** Points of the line from the baseline to the text. */
class Line {
  private readonly batch: number;
  /** Text − baseline, of each sequence's embeddings. */
  private readonly differences: ReadonlyMap<string, Float32Array>;

  constructor(
    private readonly session: EmbeddingSession,
    private readonly question: TextQuestion,
    private readonly ends: readonly Ends[],
    /** Feeds that are the same at every point. */
    private readonly extra: TensorMap,
  ) {
    this.batch = batchOf(question, ends);
    this.differences = new Map(
      ends.map(({ ids, text, baseline }) => [ids, text.data.map((x, i) => x - baseline.data[i])]),
    );
  }

  /** Σ over the width of (text − baseline) · ∫ gradient, for each sequence; null where the target does not depend on it. */
  async integral(steps: number, between: (fraction: number) => Promise<void>): Promise<(Float32Array | null)[]> {
    const { places, weights } = gaussLegendre(steps);
    const points = await this.at([...places], between);
    return this.question.sequences.map(({ ids }, s) => {
      if (!points[0].products[s]) return null;
      const sum = new Float64Array(ids.length);
      points.forEach(({ products }, i) => products[s]?.forEach((x, t) => (sum[t] += weights[i] * x)));
      return Float32Array.from(sum);
    });
  }

  /**
   * At each place of 0 … 1: the target, and for each sequence Σ over the width of (text − baseline) · gradient.
   */
  async at(
    places: readonly number[],
    between: (fraction: number) => Promise<void>,
  ): Promise<{ readonly value: number; readonly products: readonly (Float32Array | null)[] }[]> {
    const found = [];
    for (let first = 0; first < places.length; first += this.batch) {
      if (first > 0) await between(first / places.length);
      const chunk = places.slice(first, first + this.batch);
      const results = await this.run(chunk);
      for (const i of chunk.keys())
        found.push({
          value: Number(results[targetOutput].data[i]),
          products: this.question.graph.sequences.map(({ ids }, s) => this.products(results, ids, s, i)),
        });
    }
    return found;
  }

  private async run(places: readonly number[]): Promise<TensorMap> {
    const { model, graph, sequences, plan } = this.question;
    const extent: Extent = extentOf(graph, sequences, places.length);
    const names = this.ends.map(({ ids }) => embeddingGradient(ids));
    const independent = new Set(this.session.info.independent);
    return this.session.run(
      {
        ...allFeeds(model, graph, sequences, plan, extent),
        ...this.extra,
        ...mixed(this.ends, places, extent.batch),
      },
      [targetOutput, ...names.filter((name) => !independent.has(name))],
    );
  }

  private products(results: TensorMap, ids: string, sequence: number, entry: number): Float32Array | null {
    const difference = this.differences.get(ids);
    const gradient = results[embeddingGradient(ids)] as FloatTensor | undefined;
    if (!difference || !gradient) return null;
    const size = difference.length;
    const width = gradient.dims.at(-1)!;
    const tokens = this.question.sequences[sequence].ids.length;
    const cut = (data: Float32Array) => firstOf(floatTensor([size / width, width], data), [tokens, width]);
    return rowProducts(cut(gradient.data.subarray(entry * size, (entry + 1) * size)), cut(difference));
  }
}

/** The embeddings at these places, one after the other; entries of the batch that are left over repeat the first. */
const mixed = (ends: readonly Ends[], places: readonly number[], batch: number): TensorMap =>
  Object.fromEntries(
    ends.map(({ ids, text, baseline }) => {
      const size = text.data.length;
      const data = new Float32Array(batch * size);
      for (let i = 0; i < batch; i++) {
        const place = places[i] ?? places[0];
        for (let j = 0; j < size; j++)
          data[i * size + j] = baseline.data[j] + place * (text.data[j] - baseline.data[j]);
      }
      return [embeddingInput(ids), floatTensor([batch * text.dims[0], ...text.dims.slice(1)], data)];
    }),
  );

/** How many points of the line one run takes. */
function batchOf({ graph, sequences }: TextQuestion, ends: readonly Ends[]): number {
  const fixed = fixedBatch(graph.inputs);
  if (fixed !== undefined) return fixed;
  // Where batch and tokens share an axis, only one entry is known to be right.
  if (ends.some(({ text }) => text.dims.length !== 3)) return 1;
  const tokens = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const bytes = graph.groups.reduce((sum, group) => sum + 12 * bytesOf(group, sequences), 0) + 1;
  return Math.max(1, Math.min(32, Math.floor(heldAtOnce / bytes), Math.floor(tokensAtOnce / tokens)));
}

/** Entries of a group's attentions: scores, probabilities and gradients are each of that size. */
const bytesOf = ({ sites, heads, queries, keys }: GroupSites, sequences: TextQuestion['sequences']): number =>
  sites.length * heads * sequences[queries].ids.length * sequences[keys].ids.length;
