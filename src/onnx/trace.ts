import { UsageError } from '../shared/errors';
import { findWordEmbeddings } from './attention/embeddings';
import { findHiddenStates } from './attention/hidden';
import { findAttentions } from './attention/name';
import type { Attention, AttentionKind } from './attention/site';
import { unreadWarnings } from './attention/unread';
import { Builder } from './graph/builder';
import { dropDeadNodes, dropUnusedInputs } from './graph/dead';
import { symbol } from './graph/dims';
import { encodeModel } from './encode';
import type { Graph, Value } from './graph/graph';
import { Node } from './graph/graph';
import { Demand } from './augment/demand';
import { narrowReadOuts } from './augment/narrow';
import type { QueryRows } from './augment/query-rows';
import { AttentionCotangents } from './augment/query-rows';
import type { OpenModel } from './open';
import type { Reduction } from './augment/reduce';
import { reductions, standardLayout } from './augment/reduce';
import { backward } from './vjp/backward';

/** What one backward pass starts from and what it is asked for. A model may be traced by several passes in one run. */
export interface PassRequest {
  /** Prefix of the pass's tensors. */
  readonly name: string;
  /** Model outputs that carry a cotangent; each becomes an input `<name>.cotangent.<output>` [K, …output.shape], float32. */
  readonly outputs: readonly string[];
  /** Indices of attentions whose gradient is returned as `<name>.gradient.<i>` [K, batch, heads, queries, keys]. */
  readonly gradients?: readonly number[];
  /**
   * Indices of attentions that are reduced over heads inside the graph: `<name>.relevance.<i>`, `<name>.signed.<i>`,
   * `<name>.grad-cam.<i>`, each [K, batch, queries, keys].
   */
  readonly reduced?: readonly number[];
  /** Which of them; default all. */
  readonly reductions?: readonly Reduction[];
  /**
   * Indices of one stack's self-attentions, first to last, over which the relevance row is computed inside the graph:
   * input `<name>.read-out` [K, batch, tokens] one-hot, output `<name>.row` [K, batch, tokens].
   */
  readonly row?: readonly number[];
  /** Gradients of the word embeddings: `<name>.embedding.<ids>` [K, batch, tokens, width]. */
  readonly embeddings?: boolean;
  /** Gradients of float inputs: `<name>.input.<input>` [K, …input.shape]. */
  readonly inputs?: readonly string[];
}

export interface TraceRequest {
  /** Model outputs to return under their own names. */
  readonly outputs: readonly string[];
  /** Indices of attentions to return as `attention.<i>` [batch, heads, queries, keys]. */
  readonly attentions: readonly number[];
  /** Indices of attentions to return averaged over heads as `mean.<i>` [batch, queries, keys]. */
  readonly means?: readonly number[];
  /** `hidden.<stack>.<i>` for every stack. */
  readonly hidden?: boolean;
  /** Word embeddings themselves: `embedding.<ids>` [batch, tokens, width]. */
  readonly embeddings?: boolean;
  /**
   * Attentions and gradients are returned as far as a run wants them, by two more inputs (augment/demand.ts): `lens.heads` int64 [attentions],
   * how many heads of each (0 or all of them), and `<pass>.chosen` int64 [n], which of the K targets the gradients are of.
   */
  readonly onDemand?: boolean;
  readonly passes: readonly PassRequest[];
}

export interface AttentionInfo {
  readonly index: number;
  readonly stack: string;
  readonly layer: number;
  readonly kind: AttentionKind;
  /** Where the file tells it. */
  readonly heads: number | undefined;
}

/** An augmented model, ready to be opened by the runtime. */
export interface Trace {
  readonly bytes: Uint8Array;
  readonly folder: string | null;
  readonly facts: TraceFacts;
}

/** What the outputs of an augmented model mean. */
export interface TraceFacts {
  readonly attentions: readonly AttentionInfo[];
  /** Stack → number of hidden states. */
  readonly hidden: ReadonlyMap<string, number>;
  /** Graph inputs with ids whose embedding gradient was asked for. */
  readonly embeddings: readonly string[];
  /** Names of the outputs that a pass could not give, since no target depends on them: their gradient is zero. */
  readonly independent: readonly string[];
  readonly warnings: readonly string[];
}

/** An attention without its values. */
export function attentionInfo({ index, stack, layer, kind, probabilities, mergedHeads }: Attention): AttentionInfo {
  const axis = probabilities.rank === 4 ? probabilities.shape?.[1] : mergedHeads;
  return { index, stack, layer, kind, heads: typeof axis === 'number' ? axis : undefined };
}

/**
 * Appends everything that is asked for and drops what is not needed for it. The model's graph is used up.
 * @param attentions of the graph, where the caller has found them already
 * @throws UnsupportedModel if an operator on the way has no gradient, UsageError for an output that the model does not have
 */
export function buildTrace(
  model: OpenModel,
  request: TraceRequest,
  attentions: readonly Attention[] = findAttentions(model.graph),
): Trace {
  const { graph } = model;
  const hidden = request.hidden ? findHiddenStates(attentions) : [];
  const unread = unreadWarnings(graph, attentions);
  const embeddings = findWordEmbeddings(graph);
  const rows = narrowReadOuts(
    graph,
    new Set(attentions.map((a) => a.probabilities)),
    new Set(embeddings.map((e) => e.value)),
  );

  const named = new Map(graph.outputs.map((v) => [v.name, v]));
  const outputOf = (name: string): Value => {
    const v = named.get(name);
    if (!v) throw new UsageError(`The model has no output "${name}"; it has ${[...named.keys()].join(', ')}.`);
    return v;
  };

  const g = new Builder(graph);
  const results = new Results(graph);
  const demand = request.onDemand ? new Demand(g, attentions.length) : null;
  for (const name of request.outputs) results.keep(outputOf(name));
  for (const i of request.attentions) {
    const a = standardLayout(g, attentions[i]);
    results.add(`attention.${i}`, demand ? demand.heads(a, 1, i) : a);
  }
  for (const i of request.means ?? []) results.add(`mean.${i}`, g.reduceMean(standardLayout(g, attentions[i]), [1]));
  for (const { stack, states } of hidden) states.forEach((v, i) => results.add(`hidden.${stack}.${i}`, v));
  if (request.embeddings) for (const e of embeddings) results.add(`embedding.${e.ids}`, e.value);
  const independent = request.passes.flatMap((pass) =>
    appendPass(g, results, pass, outputOf, attentions, rows, embeddings, demand),
  );

  results.install();
  dropDeadNodes(graph);
  dropUnusedInputs(graph);
  const facts: TraceFacts = {
    attentions: attentions.map(attentionInfo),
    hidden: new Map(hidden.map((h) => [h.stack, h.states.length])),
    embeddings: embeddings.map((e) => e.ids),
    independent,
    warnings: [...model.warnings, ...unread],
  };
  return { bytes: encodeModel(graph), folder: model.folder, facts };
}

type Embeddings = ReturnType<typeof findWordEmbeddings>;

function appendPass(
  g: Builder,
  results: Results,
  pass: PassRequest,
  outputOf: (name: string) => Value,
  attentions: readonly Attention[],
  rows: QueryRows,
  embeddings: Embeddings,
  demand: Demand | null,
): string[] {
  const used = [...new Set([...(pass.gradients ?? []), ...(pass.reduced ?? []), ...(pass.row ?? [])])];
  const sources = pass.embeddings ? embeddings : [];
  const inputs = (pass.inputs ?? []).map((name) => inputOf(g.graph, name));
  const probabilities = used.flatMap((i) => {
    const whole = attentions[i].probabilities;
    return [whole, ...(rows.get(whole) ?? []).map((row) => row.value)];
  });
  const wanted = [...probabilities, ...sources.map((e) => e.value), ...inputs];
  if (wanted.length === 0) return [];
  g.scope = pass.name;
  const cotangents = backward(
    g,
    pass.outputs.map((name) => seed(g.graph, pass.name, outputOf(name))),
    wanted,
  );

  const missing: string[] = [];
  const give = (name: string, x̄: Value | undefined) => (x̄ ? results.add(name, x̄) : missing.push(name));
  const ofAttention = new AttentionCotangents(g, rows, cotangents);
  const reduced = (i: number, how: Reduction) => ofAttention.reduced(attentions[i], how);
  // Layer by layer, since ONNX Runtime computes what is asked for from the last to the first: the gradients of all layers would be alive
  // at once (ViT-L/14 at 336 pixels: 0.5 GB for each target).
  for (const i of used) {
    if (pass.gradients?.includes(i)) {
      const x̄ = ofAttention.gradient(attentions[i]);
      give(`${pass.name}.gradient.${i}`, x̄ && demand ? demand.targets(demand.heads(x̄, 2, i), pass.name) : x̄);
    }
    if (pass.reduced?.includes(i))
      for (const how of pass.reductions ?? reductions) give(`${pass.name}.${how}.${i}`, reduced(i, how));
  }
  if (pass.row) {
    const layers = pass.row.flatMap((i) => reduced(i, 'relevance') ?? []);
    results.add(`${pass.name}.row`, relevanceRow(g, pass.name, layers));
  }
  for (const e of sources) give(`${pass.name}.embedding.${e.ids}`, cotangents.get(e.value));
  inputs.forEach((v, i) => give(`${pass.name}.input.${pass.inputs?.[i]}`, cotangents.get(v)));
  return missing;
}

function inputOf(graph: Graph, name: string): Value {
  const v = graph.inputs.find((i) => i.name === name);
  if (!v)
    throw new UsageError(`The model has no input "${name}"; it has ${graph.inputs.map((i) => i.name).join(', ')}.`);
  return v;
}

function seed(graph: Graph, pass: string, value: Value) {
  const cotangent = graph.value(`${pass}.cotangent.${value.name}`);
  cotangent.dtype = 'float32';
  if (value.shape) cotangent.shape = [symbol(`${pass}.targets`), ...value.shape];
  graph.inputs.push(cotangent);
  return { value, cotangent };
}

/** v ← v + v·Ā from the last layer to the first (method: Chefer et al. 2021, read-out row only), [K, batch, tokens]. */
function relevanceRow(g: Builder, pass: string, layers: readonly Value[]): Value {
  const readOut = g.graph.value(`${pass}.read-out`);
  readOut.dtype = 'float32';
  readOut.shape = [symbol(`${pass}.targets`), symbol(`${pass}.batch`), symbol(`${pass}.tokens`)];
  g.graph.inputs.push(readOut);
  let v = g.unsqueeze(readOut, [2]);
  for (const relevance of [...layers].reverse()) v = g.add(v, g.matmul(v, relevance));
  return g.squeeze(v, [2]);
}

/** The outputs of the augmented graph: the user's keep their names, new ones are copies under new names. */
class Results {
  private readonly values: Value[] = [];

  constructor(private readonly graph: Graph) {}

  keep(value: Value): void {
    if (!this.values.includes(value)) this.values.push(value);
  }

  add(name: string, value: Value): void {
    const out = this.graph.values.has(name) ? this.graph.newValue(name) : this.graph.value(name);
    out.dtype = value.dtype;
    out.shape = value.shape;
    this.graph.append(new Node('Identity', '', `result/${name}`, [value], [out], {}));
    this.values.push(out);
  }

  install(): void {
    this.graph.outputs.splice(0, this.graph.outputs.length, ...this.values);
  }
}
