import type { ExplainedTarget, TargetOffer } from '../../shared/text/explanation';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import type { Output } from './outputs';
import { className } from './outputs';
import type { TextQuestion } from './question';
import type { ElementPlan, TargetContext } from './target';
import { maskedToken, output, predictsNext, targetNames } from './target';
import { best, bestOutput, rowOutput, targetOutput, whole } from './target-graph';
import { nameOfWord, wordOf } from './vocabulary';

/** A target as a run has resolved it. */
export function resolvedTarget(question: TextQuestion, results: TensorMap): ExplainedTarget {
  const { plan } = question;
  const value = Number(results[targetOutput].data[0]);
  if (plan.kind === 'similarity')
    return { text: 'similarity', label: 'cosine of both texts, gradient of the first', value };
  const row = plan.rows?.length === 1 ? plan.rows[0] : 0;
  const column = plan.column === best ? Number(results[bestOutput].data[row]) : plan.column;
  return { text: textOf(plan, column), label: labelOf(question, plan, column), value };
}

function textOf({ kind, output: { name, axes }, rows, column: asked }: ElementPlan, column: number): string {
  if (kind === 'sum') return `sum(${name})`;
  // Of every token its own class: no element of the output.
  if (kind === 'class' && rows) return asked === best ? 'class' : `class:${column}`;
  const index = [0, ...(axes === 3 && rows?.length === 1 ? rows : []), ...(column === whole ? [] : [column])];
  return `${name}[${index.join(',')}]`;
}

function labelOf(context: TargetContext, { kind, output, rows, column: asked }: ElementPlan, column: number): string {
  const { model, sequences } = context;
  switch (kind) {
    case 'sum':
      return `sum of ${output.name}`;
    case 'class':
      if (rows)
        return asked === best
          ? 'predicted class of every token'
          : `class ${className(model.config, column)} of every token`;
      if (output.role === 'positions') return `${output.name} at “${sequences[0].tokens[column]?.text ?? column}”`;
      return `class ${className(model.config, column)}`;
    case 'masked':
      return `${maskText(context)} → “${wordOf(model.tokenizer, column)}”`;
    case 'next':
      return `next token: “${wordOf(model.tokenizer, column)}”`;
    case 'index':
      return indexLabel(context, output, rows, column);
  }
}

function indexLabel(
  { model, sequences }: TargetContext,
  output: Output,
  rows: ElementPlan['rows'],
  column: number,
): string {
  const token = rows?.length === 1 ? sequences[output.sequence ?? 0].tokens[rows[0]]?.text : undefined;
  const entry =
    column === whole
      ? 'all'
      : output.role === 'words'
        ? `“${wordOf(model.tokenizer, column)}”`
        : output.role === 'classes' || output.role === 'token-classes'
          ? `class ${className(model.config, column)}`
          : `entry ${column}`;
  return [output.name, ...(token === undefined ? [] : [`at “${token}”`]), entry].join(', ');
}

const maskText = ({ model: { tokenizer } }: TargetContext): string =>
  tokenizer.special.get(tokenizer.maskId ?? -1) ?? '[MASK]';

/** Classes, and the likeliest words, that are offered by name. */
const listedClasses = 20;
const listedWords = 5;

/** What may be asked of this text instead, the default first. Words are known where the run was about them. */
export function offersOf(question: TextQuestion, results: TensorMap): TargetOffer[] {
  return targetNames(question).flatMap((text) => [
    { text, label: offerLabel(question, text) },
    ...choicesOf(question, text, results),
  ]);
}

function offerLabel(context: TargetContext, text: string): string {
  const sum = /^sum\((.*)\)$/.exec(text);
  if (sum) return `sum of ${sum[1]}`;
  if (text === 'class')
    return output(context, 'classes')
      ? 'predicted class'
      : output(context, 'token-classes')
        ? 'predicted class of every token'
        : 'likeliest position';
  if (text === 'masked') return `${maskText(context)} → likeliest word`;
  if (text === 'next') return 'likeliest next token';
  return 'similarity of both texts';
}

function choicesOf(question: TextQuestion, text: string, results: TensorMap): TargetOffer[] {
  const { model, plan } = question;
  if (text === 'class') {
    const classes = output(question, 'classes', 'token-classes');
    return Array.from({ length: Math.min(classes?.width ?? 0, listedClasses) }, (_, i) => ({
      text: `class:${i}`,
      label: `class ${className(model.config, i)}`,
    }));
  }
  const filled = predictsNext(question) ? question.sequences.at(-1)!.ids.length - 1 : maskedToken(question);
  const known = plan.kind !== 'similarity' && plan.output.role === 'words' && plan.rows?.join() === String(filled);
  if (!known || (text !== 'masked' && text !== 'next')) return [];
  const { data, dims } = results[rowOutput] as FloatTensor;
  return largest(data.subarray(0, dims[1]), listedWords).map((id) => {
    const word = wordOf(model.tokenizer, id);
    return {
      text: `${text}:${nameOfWord(model.tokenizer, id)}`,
      label: text === 'masked' ? `${maskText(question)} → “${word}”` : `next token: “${word}”`,
    };
  });
}

/** Indices of the largest values, the largest first. */
function largest(values: Float32Array, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (found.length === count && values[i] <= values[found[count - 1]]) continue;
    const at = found.findIndex((other) => values[other] < values[i]);
    found.splice(at < 0 ? found.length : at, 0, i);
    found.length = Math.min(found.length, count);
  }
  return found;
}
