import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { madeBy } from './match';
import type { Raise } from './rule';

/** exp(x − max x) / Σ exp(x − max x), with or without the maximum, or exp(log softmax x): softmax written out. */
export const softmax: Raise = {
  last: ['Div', 'Exp'],
  raise: (g, last) => (last.type === 'Div' ? fromQuotient(g, last) : fromLogarithm(g, last)),
};

function fromQuotient(g: Builder, { inputs: [e, total] }: Node): Value | undefined {
  const sum = madeBy(total, 'ReduceSum');
  const z = madeBy(e, 'Exp')?.inputs[0];
  if (!z || !sum || sum.inputs[0] !== e) return undefined;
  const axis = axisOf(sum);
  if (axis === undefined) return undefined;
  return g.op('Softmax', [unshifted(z, axis) ?? z], { axis });
}

function fromLogarithm(g: Builder, { inputs: [y] }: Node): Value | undefined {
  const node = madeBy(y, 'LogSoftmax');
  const x = node?.inputs[0];
  return node && x ? g.op('Softmax', [x], { axis: node.int('axis', -1) }) : undefined;
}

/** x, if z is x − max x along the axis. */
function unshifted(z: Value, axis: number): Value | undefined {
  const [x, most] = madeBy(z, 'Sub')?.inputs ?? [];
  const max = madeBy(most, 'ReduceMax');
  return x && max?.inputs[0] === x && axisOf(max) === axis ? x : undefined;
}

/** The one axis of a reduction that keeps it, counted from the end. */
function axisOf(node: Node): number | undefined {
  const axes = node.ints('axes') ?? node.inputs[1]?.numbers;
  const rank = node.inputs[0]?.rank;
  if (axes?.length !== 1 || node.int('keepdims', 1) !== 1) return undefined;
  if (axes[0] < 0) return axes[0];
  return rank === undefined ? undefined : axes[0] - rank;
}
