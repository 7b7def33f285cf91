import type { Value } from '../graph/graph';
import type { Residual } from './residual';
import { nextResidual, normOf, parallelSum, residualAfter } from './residual';
import type { Attention } from './site';

/** The residual stream of one stack: the embedding output first, then the output of each layer. [batch, tokens, width] each. */
export interface HiddenStates {
  readonly stack: string;
  readonly states: readonly Value[];
}

/**
 * Found by structure, not by names: a layer's input is what is added to the output of its self-attention. Stacks of cross layers
 * (LXMERT's) and pooling heads have none of their own.
 */
export function findHiddenStates(attentions: readonly Attention[]): HiddenStates[] {
  const stacks = new Set(
    attentions.filter((a) => a.kind === 'self' && !a.stack.endsWith('-cross')).map((a) => a.stack),
  );
  const endsInNorm = (stack: string): boolean =>
    stack === 'text' ? !attentions.some((a) => a.stack.startsWith('vision')) : /^(en|de)coder/.test(stack);
  return [...stacks].flatMap((stack) => {
    const states = statesOf(
      attentions.filter((a) => a.stack === stack),
      endsInNorm(stack),
    );
    return states ? [{ stack, states }] : [];
  });
}

function statesOf(layers: readonly Attention[], endsInNorm: boolean): Value[] | undefined {
  const self = layers.filter((a) => a.kind === 'self');
  const residuals: Residual[] = [];
  for (const attention of self) {
    const residual = residualAfter(attention.context, attention.query);
    if (!residual) return undefined;
    residuals.push(residual);
  }
  const last = layers[layers.length - 1];
  const output = layerOutput(last, endsInNorm) ?? (last.kind === 'self' ? asLayersBefore(residuals) : undefined);
  return output ? [...residuals.map((r) => r.input), output] : undefined;
}

/**
 * Where no residual follows the attention's, and none did in the layer before, a layer ends there: networks of attention alone, MobileBERT
 * (whose one outer residual goes around all blocks of a layer).
 */
function asLayersBefore(residuals: readonly Residual[]): Value | undefined {
  const [before, last] = residuals.slice(-2);
  if (!last) return undefined;
  if (last.input === before.output) return last.output;
  return last.input === scaled(before.output) ? scaled(last.output) : undefined;
}

/** The normalised value; MobileBERT's NoNorm is γ·x + β. */
function scaled(value: Value): Value | undefined {
  const step = (v: Value | undefined, type: string) =>
    [...(v?.consumers ?? [])].find((n) => n.type === type && n.inputs.some((w) => w !== v && w?.tensor && w.rank === 1))
      ?.outputs[0];
  return normOf(value) ?? step(step(value, 'Mul'), 'Add');
}

/**
 * What leaves the last layer. A normalisation that sits between the residual sums (BERT) belongs to the layer. In an encoder-decoder,
 * a language model or an encoder of text the stack's final normalisation belongs to it too, as Hugging Face counts (GPT-2, T5, DETR, ModernBERT); that
 * of a vision tower or of CLIP's text tower does not.
 */
function layerOutput(last: Attention, endsInNorm: boolean): Value | undefined {
  const residual = residualAfter(last.context, last.query);
  if (!residual) return undefined;
  const preNorm = parallelSum(last.context, residual) ?? nextResidual(residual.output);
  if (preNorm) return endsInNorm ? lastNorm(preNorm) : preNorm;
  const normalised = normOf(residual.output);
  const sum = normalised && nextResidual(normalised);
  if (!sum) return undefined;
  return endsInNorm ? lastNorm(sum) : (normOf(sum) ?? sum);
}

function lastNorm(value: Value): Value {
  const next = normOf(value);
  return next ? lastNorm(next) : value;
}
