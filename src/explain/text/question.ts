import { chosenInput, headsInput } from '../../onnx/augment/demand';
import { UnsupportedModel } from '../../shared/errors';
import type { TensorMap } from '../../shared/tensor';
import { floatTensor, int64Tensor } from '../../shared/tensor';
import { paddingId } from '../tokenize/pad';
import type { Extent, SequenceIds } from './feeds';
import { extentOf, feedsOf } from './feeds';
import { textGraph, type TextGraph } from './graph';
import type { TextModel } from './model';
import { tokenId } from './model';
import type { TextSession } from './session';
import { cotangentInput, pass } from './session';
import type { TargetContext, TargetPlan } from './target';
import { planTarget, readsAlone } from './target';
import { columnInput, otherInput, pooledOutput, poolInput, rowsInput } from './target-graph';
import { readTexts, type TextRequest } from './tokens';

export interface QuestionRequest extends TextRequest {
  readonly model: TextModel;
  /** See TargetOffer; null: the model's default. */
  readonly target: string | null;
}

/** What is asked of a model about a text, as its session takes it. */
export interface TextQuestion extends TargetContext {
  readonly request: QuestionRequest;
  readonly plan: TargetPlan;
  readonly extent: Extent;
  /** For every input of the session but those of single heads, and the other text's average where texts are compared. */
  readonly feeds: TensorMap;
  /** The same for the text that this one is compared with. */
  readonly other: TensorMap | null;
  /** Milliseconds that tokenizing took. */
  readonly tokenizeMs: number;
}

/** @throws UsageError for texts or a target that the model cannot read, BadFile, UnsupportedModel for a model that cannot be opened */
export function questionOf(request: QuestionRequest): TextQuestion {
  const { model, target, pair } = request;
  const graph = textGraph(model);
  const start = performance.now();
  const alone = readsAlone(target) && graph.sequences.length === 1;
  const sequences = readTexts(model, graph, alone ? { ...request, pair: null } : request);
  const tokenizeMs = performance.now() - start;
  const context = { model, graph, sequences, pair };
  const plan = planTarget(context, target);
  const extent = extentOf(graph, sequences);
  const other =
    plan.kind === 'similarity' ? readTexts(model, graph, { ...request, text: pair ?? '', pair: null }) : null;
  return {
    ...context,
    ...{ request, plan, extent, tokenizeMs },
    feeds: allFeeds(model, graph, sequences, plan, extent),
    other: other && allFeeds(model, graph, other, plan, extentOf(graph, other)),
  };
}

/** The model's inputs, and those of the target. */
export function allFeeds(
  model: TextModel,
  graph: TextGraph,
  sequences: readonly SequenceIds[],
  plan: TargetPlan,
  extent: Extent,
): TensorMap {
  return {
    ...feedsOf(graph, sequences, padIdOf(model), extent),
    ...targetFeeds(sequences, plan, extent),
    [cotangentInput]: floatTensor([1, extent.batch], new Float32Array(extent.batch).fill(1)),
  };
}

const padIdOf = ({ tokenizer, config }: TextModel): number =>
  paddingId(tokenizer, { pad_token_id: tokenId(config.pad_token_id) });

function targetFeeds(sequences: readonly SequenceIds[], plan: TargetPlan, { batch, positions }: Extent): TensorMap {
  const weights = (sequence: number, counts: (token: number) => boolean) => {
    const row = Array.from({ length: positions[sequence] }, (_, i) => (counts(i) ? 1 : 0));
    return floatTensor([batch, row.length], Float32Array.from(Array.from({ length: batch }, () => row).flat()));
  };
  if (plan.kind === 'similarity') {
    return {
      [poolInput]: weights(0, (i) => i < sequences[0].ids.length),
      [otherInput]: floatTensor([widthOf(plan)], new Float32Array(widthOf(plan))),
    };
  }
  const { output, rows, column } = plan;
  return {
    [rowsInput]:
      output.axes === 3
        ? weights(output.sequence ?? 0, (i) => rows?.includes(i) ?? true)
        : floatTensor([batch], new Float32Array(batch).fill(1)),
    [columnInput]: int64Tensor([], [column]),
  };
}

function widthOf({ output: { name, width } }: TargetPlan): number {
  if (width !== undefined) return width;
  throw new UnsupportedModel(
    `The file does not tell how wide its output "${name}" is. Export the model with a current version of its exporter.`,
  );
}

/** The feeds of a run: where texts are compared, the other one is read first. */
export async function completeFeeds({ run, info }: TextSession, { feeds, other }: TextQuestion): Promise<TensorMap> {
  if (!other) return feeds;
  const { [pooledOutput]: pooled } = await run({ ...other, ...noHeads(info.facts.attentions.length) }, [pooledOutput]);
  const width = pooled.dims[1];
  return { ...feeds, [otherInput]: floatTensor([width], (pooled.data as Float32Array).slice(0, width)) };
}

/** Which single heads a run returns: of each attention that many, and of the one target's gradients none or all. */
export const headFeeds = (heads: readonly number[], gradients: boolean): TensorMap => ({
  [headsInput]: int64Tensor([heads.length], heads),
  [chosenInput(pass)]: int64Tensor([gradients ? 1 : 0], gradients ? [0] : []),
});

export const noHeads = (attentions: number): TensorMap => headFeeds(new Array<number>(attentions).fill(0), false);
