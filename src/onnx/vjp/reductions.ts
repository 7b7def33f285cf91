import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { indicator, tiny } from './elementwise';
import type { Vjp, VjpContext } from './rule';
import { axisFromEnd, rankOf, refuse } from './rule';

interface Reduced {
  readonly g: Builder;
  readonly node: Node;
  readonly x: Value;
  /** y with the reduced axes as axes of size 1. */
  readonly y: Value;
  /** ȳ likewise: [K, …]. */
  readonly ȳ: Value;
  /** Reduced axes, counted from the end; undefined where only the run tells. */
  readonly axes: readonly number[] | undefined;
}

/** A reduction over axes: the rule sees y and ȳ laid along x. */
const reduction = (op: string, cotangent: (r: Reduced) => Value): Vjp => ({
  op,
  cotangents: (c) => [() => cotangent(alongInput(c))],
});

function alongInput({ g, node, x: [x, given], y, ȳ }: VjpContext): Reduced {
  const axes = axesOf(node, x, given);
  if (node.int('keepdims', 1) === 1) return { g, node, x, y, ȳ, axes };
  if (!axes) refuse(node, 'its axes are computed while the model runs');
  // Laid out when asked: most rules read one of the two.
  return {
    g,
    node,
    x,
    axes,
    get y() {
      return g.unsqueeze(y, axes);
    },
    get ȳ() {
      return g.unsqueeze(ȳ, axes);
    },
  };
}

/** No axes at all: every one, or none where `noop_with_empty_axes` says so. */
function axesOf(node: Node, x: Value, given: Value | undefined): readonly number[] | undefined {
  const empty = !given || given.shape?.[0] === 0;
  if (!empty) return given.numbers?.map((axis) => axisFromEnd(node, x, axis));
  if (node.int('noop_with_empty_axes', 0) === 1) return [];
  if (x.rank === undefined && node.int('keepdims', 1) === 1) return undefined;
  return Array.from({ length: rankOf(node, x) }, (_, i) => -1 - i);
}

const spread = (g: Builder, v: Value, x: Value): Value => (x.rank === 0 ? v : g.expand(v, g.shape(x)));

/** Σ x: x̄ = ȳ, spread along the axes. */
export const reduceSum = reduction('ReduceSum', ({ g, x, ȳ }) => spread(g, ȳ, x));

/** Σ x / n: x̄ = ȳ / n, spread. */
export const reduceMean = reduction('ReduceMean', ({ g, node, x, ȳ, axes }) => {
  const n = axes?.reduce<number | undefined>((count, axis) => times(count, x.shape?.at(axis)), 1);
  if (n !== undefined) return spread(g, g.scale(ȳ, 1 / n), x);
  const [some, all] = [node.outputs[0], x].map((v) => g.cast(g.op('Size', [v]), 'float32'));
  return spread(g, g.mul(ȳ, g.div(some, all)), x);
});

const times = (count: number | undefined, size: number | string | undefined) =>
  count !== undefined && typeof size === 'number' ? count * size : undefined;

/** max x or min x: x̄ = ȳ ⊙ [x = y] / Σ [x = y]. Those that tie share equally. */
const extremum = (op: string) =>
  reduction(op, ({ g, node, x, y, ȳ }) => {
    const chosen = indicator(g, g.equal(x, y));
    const count = g.op('ReduceSum', [chosen, node.inputs[1]], {
      keepdims: 1,
      noop_with_empty_axes: node.int('noop_with_empty_axes', 0),
    });
    return g.mul(ȳ, g.div(chosen, count));
  });

export const reduceMax = extremum('ReduceMax');
export const reduceMin = extremum('ReduceMin');

/** ∏ x: x̄ᵢ = ȳ ⊙ ∏_{j≠i} xⱼ, which is y/xᵢ unless a factor is 0: a single 0 gets the product of the others, of several nobody gets any. */
export const reduceProd = reduction('ReduceProd', ({ g, node, x, y, ȳ }) => {
  const isZero = g.equal(x, g.scalar(0));
  const over = (op: string, v: Value) =>
    g.op(op, [v, node.inputs[1]], { keepdims: 1, noop_with_empty_axes: node.int('noop_with_empty_axes', 0) });
  const filled = g.where(isZero, g.scalar(1), x);
  const alone = g.equal(over('ReduceSum', indicator(g, isZero)), g.scalar(1));
  const others = g.where(alone, over('ReduceProd', filled), g.scalar(0));
  return g.mul(ȳ, g.where(isZero, others, g.div(y, filled)));
});

/** Σ |x|: x̄ = ȳ ⊙ sign x. */
export const reduceL1 = reduction('ReduceL1', ({ g, x, ȳ }) => g.mul(ȳ, g.op('Sign', [x])));

/** √Σ x²: x̄ = ȳ ⊙ x / y; 0 where all x are 0. */
export const reduceL2 = reduction('ReduceL2', ({ g, x, y, ȳ }) => g.mul(ȳ, g.div(x, g.op('Max', [y, g.scalar(tiny)]))));

/** Σ x²: x̄ = 2 ȳ ⊙ x. */
export const reduceSumSquare = reduction('ReduceSumSquare', ({ g, x, ȳ }) => g.mul(ȳ, g.scale(x, 2)));

/** ln Σ x: x̄ = ȳ e^(−y), spread. */
export const reduceLogSum = reduction('ReduceLogSum', ({ g, x, y, ȳ }) => spread(g, g.mul(ȳ, g.exp(g.neg(y))), x));

/** ln Σ eˣ: x̄ = ȳ ⊙ e^(x − y). */
export const reduceLogSumExp = reduction('ReduceLogSumExp', ({ g, x, y, ȳ }) => g.mul(ȳ, g.exp(g.sub(x, y))));
