import { findAttentions } from '../../onnx/attention/name';
import type { OpenOptions } from '../../onnx/open';
import type { TraceFacts } from '../../onnx/trace';
import { buildTrace } from '../../onnx/trace';
import { UnsupportedModel } from '../../shared/errors';
import type { TensorMap } from '../../shared/tensor';
import type { Built, Opened, Runtime } from '../runtime';
import { openTextModel, type TextGraph } from './graph';
import type { TextModel } from './model';
import type { TargetPlan } from './target';
import { appendSimilarity, appendTarget, bestOutput, pooledOutput, rowOutput, targetOutput } from './target-graph';

/** What is known of a text model's graph that ends in a target. */
export interface TextSessionInfo {
  readonly facts: TraceFacts;
  readonly quantised: boolean;
  /** Outputs that an explanation is made of, without single heads. */
  readonly reduced: readonly string[];
  /** The model's own outputs. */
  readonly outputs: readonly string[];
}

/** A text model with everything that can be asked of it for one target: what a run does not ask for costs little (onnx/augment/demand.ts). */
export type TextSession = Opened<TextSessionInfo>;

/** Name of the backward pass. */
export const pass = 't';
export const cotangentInput = `${pass}.cotangent.${targetOutput}`;

/** Files whose graph cannot be differentiated before the number of tokens is known. */
const needShapes = new WeakSet<TextModel>();

/**
 * One session serves texts of any length; where the graph does not allow that, one for each length.
 * @param feeds the model's own inputs
 * @throws BadFile, UnsupportedModel, OutOfMemory where the model cannot be opened; what `use` throws
 */
export async function withTextSession<Result>(
  runtime: Runtime,
  model: TextModel,
  graph: TextGraph,
  plan: TargetPlan,
  feeds: TensorMap,
  use: (session: TextSession) => Promise<Result>,
): Promise<Result> {
  const ending = endingOf(plan);
  return anyLength(model, feeds, (options, sizes) =>
    runtime.withSession(
      model.files,
      JSON.stringify(['text', ending, sizes]),
      () => buildSession(model, graph, ending, options),
      use,
    ),
  );
}

/**
 * Tries a graph that takes any number of tokens, then one that is made for these.
 * @param open is given what to open the file with, and what tells the graphs apart
 */
export async function anyLength<Result>(
  model: TextModel,
  feeds: TensorMap,
  open: (options: OpenOptions, sizes: Readonly<Record<string, readonly number[]>> | null) => Promise<Result>,
): Promise<Result> {
  if (!needShapes.has(model)) {
    try {
      return await open({}, null);
    } catch (error) {
      if (!(error instanceof UnsupportedModel)) throw error;
    }
  }
  const sizes = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
  const result = await open({ inputShapes: sizes }, sizes);
  needShapes.add(model);
  return result;
}

/** How a graph ends: one session for each. */
interface Ending {
  readonly similarity: boolean;
  readonly output: string;
}

export const endingOf = ({ kind, output }: TargetPlan): Ending => ({
  similarity: kind === 'similarity',
  output: output.name,
});

/** The file's graph, ending in the target. */
export function openEnding(model: TextModel, { similarity, output }: Ending, options: OpenOptions) {
  const opened = openTextModel(model, options);
  if (similarity) appendSimilarity(opened.graph, output);
  else appendTarget(opened.graph, output);
  return opened;
}

function buildSession(
  model: TextModel,
  graph: TextGraph,
  ending: Ending,
  options: OpenOptions,
): Built<TextSessionInfo> {
  const opened = openEnding(model, ending, options);
  const attentions = findAttentions(opened.graph);
  const sites = graph.groups.flatMap((group) => group.sites);
  const ends = [targetOutput, ...(ending.similarity ? [pooledOutput] : [bestOutput, rowOutput])];
  const own = opened.outputs.filter((name) => !/present|past|cache/i.test(name));
  const { facts, ...built } = buildTrace(
    opened,
    {
      outputs: [...new Set([...ends, ...own])],
      attentions: sites,
      means: sites,
      hidden: true,
      embeddings: true,
      onDemand: true,
      passes: [
        {
          name: pass,
          outputs: [targetOutput],
          gradients: sites,
          reduced: sites,
          reductions: ['relevance'],
          embeddings: true,
        },
      ],
    },
    attentions,
  );
  const missing = new Set(facts.independent);
  const given = [
    ...sites.flatMap((i) => [`mean.${i}`, `${pass}.relevance.${i}`]),
    ...[...facts.hidden].flatMap(([stack, count]) => Array.from({ length: count }, (_, i) => `hidden.${stack}.${i}`)),
    ...facts.embeddings.flatMap((ids) => [`embedding.${ids}`, `${pass}.embedding.${ids}`]),
  ].filter((name) => !missing.has(name));
  return {
    ...built,
    info: { facts, quantised: opened.quantised, reduced: [...ends, ...given], outputs: own },
  };
}
