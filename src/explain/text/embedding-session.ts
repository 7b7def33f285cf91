import { findWordEmbeddings } from '../../onnx/attention/embeddings';
import type { OpenOptions } from '../../onnx/open';
import { buildTrace } from '../../onnx/trace';
import type { TensorMap } from '../../shared/tensor';
import type { Built, Opened, Runtime } from '../runtime';
import type { TextQuestion } from './question';
import { anyLength, endingOf, openEnding, pass } from './session';
import { targetOutput } from './target-graph';

/** Input that stands in for the word embeddings of an input of ids: float32, of their shape. */
export const embeddingInput = (ids: string): string => `lens.embedding.${ids}`;

/** Of such an input: [1, …its shape]. */
export const embeddingGradient = (ids: string): string => `${pass}.input.${embeddingInput(ids)}`;

/** A model that reads word embeddings in place of ids, and gives the target and its gradient with regard to them; nothing else is computed. */
export type EmbeddingSession = Opened<{ readonly independent: readonly string[] }>;

/** @param feeds the inputs of a run, where the graph has to be made for their sizes */
export async function withEmbeddingSession<Result>(
  runtime: Runtime,
  { model, plan }: TextQuestion,
  feeds: TensorMap,
  use: (session: EmbeddingSession) => Promise<Result>,
): Promise<Result> {
  const ending = endingOf(plan);
  const build = (options: OpenOptions): Built<{ readonly independent: readonly string[] }> => {
    const opened = openEnding(model, ending, options);
    const inputs = findWordEmbeddings(opened.graph).map(({ ids, value }) => {
      const given = opened.graph.value(embeddingInput(ids));
      given.dtype = 'float32';
      given.shape = value.shape;
      opened.graph.inputs.push(given);
      opened.graph.replace(value, given);
      return given.name;
    });
    const passes = [{ name: pass, outputs: [targetOutput], inputs }];
    const { facts, ...built } = buildTrace(opened, { outputs: [targetOutput], attentions: [], passes }, []);
    return { ...built, info: { independent: facts.independent } };
  };
  return anyLength(model, feeds, (options, sizes) =>
    runtime.withSession(model.files, JSON.stringify(['text embeddings', ending, sizes]), () => build(options), use),
  );
}
