import { UsageError } from '../../shared/errors';
import { parseTarget } from '../targets';
import type { TextGraph } from './graph';
import type { TextModel } from './model';
import type { ReadSequence } from './tokens';
import type { Output } from './outputs';
import { classOf, targetOutputs } from './outputs';
import { best, whole } from './target-graph';
import { wordId } from './vocabulary';

/** A target as the graph's end takes it (target-graph.ts). */
export type TargetPlan = ElementPlan | SimilarityPlan;

/** Σ over `rows` of an output's last axis, of its entry `column`. */
export interface ElementPlan {
  readonly kind: 'sum' | 'index' | 'class' | 'masked' | 'next';
  readonly output: Output;
  /** Tokens whose rows count; null: the output has one row. */
  readonly rows: readonly number[] | null;
  /** An index, or `best` or `whole` of target-graph.ts. */
  readonly column: number;
}

/** Cosine of two texts' averages of an output, each read alone; the gradient is the first one's. */
export interface SimilarityPlan {
  readonly kind: 'similarity';
  readonly output: Output;
}

/** What a target is planned with. */
export interface TargetContext {
  readonly model: TextModel;
  readonly graph: TextGraph;
  readonly sequences: readonly ReadSequence[];
  readonly pair: string | null;
}

/** Whether the texts of a request are each read alone. */
export const readsAlone = (target: string | null): boolean => target?.trim() === 'similarity';

/** @throws UsageError for a target that this model or this text does not have */
export function planTarget(context: TargetContext, target: string | null): TargetPlan {
  const asked = target?.trim() || defaultTarget(context);
  const [, kind = '', argument = null] = /^(class|masked|next|similarity)(?::(.*))?$/s.exec(asked) ?? [];
  switch (kind) {
    case 'class':
      return classPlan(context, argument);
    case 'masked':
      return maskedPlan(context, argument);
    case 'next':
      return nextPlan(context, argument);
    case 'similarity':
      return similarityPlan(context);
    default:
      return elementPlan(context, asked);
  }
}

/** The sum of last_hidden_state where there is one, else what the model predicts. */
function defaultTarget(context: TargetContext): string {
  const outputs = targetOutputs(context.graph, context.model);
  if (outputs.some(({ name }) => name === 'last_hidden_state')) return 'sum(last_hidden_state)';
  if (output(context, 'words') && predictsNext(context)) return 'next';
  if (output(context, 'words') && maskedToken(context) >= 0) return 'masked';
  if (output(context, 'classes', 'token-classes', 'positions')) return 'class';
  const [first] = outputs;
  if (first) return `sum(${first.name})`;
  throw new UsageError(
    `${context.model.name} has no output that a target could be of; it gives ${context.graph.outputs.map((o) => o.name).join(', ')}. Export it with its usual outputs.`,
  );
}

/** The model's output of one of these roles, in their order. */
export function output({ graph, model }: TargetContext, ...roles: readonly Output['role'][]): Output | undefined {
  const outputs = targetOutputs(graph, model);
  return roles.flatMap((role) => outputs.filter((o) => o.role === role))[0];
}

export const predictsNext = ({ graph }: TargetContext): boolean => graph.generates;

/** Position of the first masked token, or −1. */
export const maskedToken = ({ model: { tokenizer }, sequences }: TargetContext): number =>
  tokenizer.maskId === null ? -1 : sequences[0].ids.indexOf(tokenizer.maskId);

/** Tokens of a sequence that a person wrote, or all where there are none. */
function ownTokens({ tokens }: ReadSequence): number[] {
  const own = tokens.flatMap(({ special }, i) => (special ? [] : [i]));
  return own.length > 0 ? own : tokens.map((_, i) => i);
}

function classPlan(context: TargetContext, asked: string | null): ElementPlan {
  const found = output(context, 'classes', 'token-classes', 'positions');
  const { model, sequences } = context;
  if (!found) throw new UsageError(`${model.name} has no classes. ${offered(context)}`);
  const rows = found.role === 'token-classes' ? ownTokens(sequences[found.sequence ?? 0]) : null;
  if (asked === null) return { kind: 'class', output: found, rows, column: best };
  const limit = found.width ?? sequences[found.sequence ?? 0].ids.length;
  const column = classOf(model.config, limit, asked);
  if (column === undefined)
    throw new UsageError(
      `${model.name} has no class "${asked}"; it has ${limit}, numbered 0 to ${limit - 1}. Choose one of them, or "class" for the predicted one.`,
    );
  return { kind: 'class', output: found, rows, column };
}

function maskedPlan(context: TargetContext, word: string | null): ElementPlan {
  const { model } = context;
  const found = output(context, 'words');
  const mask = model.tokenizer.maskId;
  if (!found || predictsNext(context) || mask === null)
    throw new UsageError(`${model.name} does not fill in masked words. ${offered(context)}`);
  const at = maskedToken(context);
  if (at < 0)
    throw new UsageError(
      `The text has no masked token. Write ${model.tokenizer.special.get(mask) ?? 'the mask token'} in place of a word.`,
    );
  return { kind: 'masked', output: found, rows: [at], column: word === null ? best : wordId(model.tokenizer, word) };
}

function nextPlan(context: TargetContext, word: string | null): ElementPlan {
  const { model, sequences } = context;
  const found = output(context, 'words');
  if (!found || !predictsNext(context))
    throw new UsageError(`${model.name} does not predict the next token. ${offered(context)}`);
  const last = sequences.at(-1)!.ids.length - 1;
  return { kind: 'next', output: found, rows: [last], column: word === null ? best : wordId(model.tokenizer, word) };
}

function similarityPlan(context: TargetContext): SimilarityPlan {
  const { model, pair } = context;
  const found = output(context, 'states');
  if (!found || context.graph.sequences.length > 1)
    throw new UsageError(`${model.name} gives no hidden states to compare texts by. ${offered(context)}`);
  if (pair === null || pair.trim() === '') throw new UsageError('Similarity takes two texts. Give a second one.');
  return { kind: 'similarity', output: found };
}

function elementPlan(context: TargetContext, asked: string): ElementPlan {
  const { model, graph, sequences } = context;
  const { text, output: name, index } = parsed(context, asked);
  const outputs = targetOutputs(graph, model);
  const found = outputs.find((o) => o.name === name);
  if (!found)
    throw new UsageError(
      `${model.name} has no output "${name}" that a target could be of; it has ${outputs.map((o) => o.name).join(', ') || 'none'}. Choose one of them.`,
    );
  const tokens = sequences[found.sequence ?? 0].ids.length;
  const sizes = [1, ...(found.axes === 3 ? [tokens] : []), ...(found.axes > 1 ? [found.width ?? tokens] : [])];
  if (index.length > sizes.length)
    throw new UsageError(
      `The target "${text}" gives ${index.length} indices, but "${name}" has ${sizes.length} axes. Leave some out.`,
    );
  const place = index.map((i, axis) => {
    const size = sizes[axis];
    if (i >= size || i < -size)
      throw new UsageError(
        `The target "${text}" is out of range: axis ${axis} of "${name}" has ${size === 1 ? 'one entry, 0' : `${size} entries, 0 to ${size - 1}`}. Choose one of them.`,
      );
    return i < 0 ? i + size : i;
  });
  const all = Array.from({ length: tokens }, (_, i) => i);
  return {
    kind: index.length === 0 ? 'sum' : 'index',
    output: found,
    rows: found.axes < 3 ? null : place.length > 1 ? [place[1]] : all,
    column: place.length === found.axes && found.axes > 1 ? place.at(-1)! : whole,
  };
}

function parsed(context: TargetContext, asked: string): ReturnType<typeof parseTarget> {
  try {
    return parseTarget(asked);
  } catch (error) {
    if (!(error instanceof UsageError) || /[()[\]]/.test(asked)) throw error;
    throw new UsageError(`"${asked}" is no target. ${offered(context)}`, { cause: error });
  }
}

/** What there is instead. */
function offered(context: TargetContext): string {
  return `Choose one of ${targetNames(context)
    .map((name) => `"${name}"`)
    .join(', ')}, or NAME[i,…] for one element of an output.`;
}

/** What a request may say for this text, the default first. */
export function targetNames(context: TargetContext): string[] {
  const { graph, model, pair } = context;
  const names = [
    defaultTarget(context),
    ...(output(context, 'classes', 'token-classes', 'positions') ? ['class'] : []),
    ...(output(context, 'words')
      ? predictsNext(context)
        ? ['next']
        : maskedToken(context) >= 0
          ? ['masked']
          : []
      : []),
    ...(pair !== null && graph.sequences.length === 1 && output(context, 'states') ? ['similarity'] : []),
    ...targetOutputs(graph, model).flatMap(({ name, role }) =>
      role === 'states' || role === 'vector' ? [`sum(${name})`] : [],
    ),
  ];
  return [...new Set(names)];
}
