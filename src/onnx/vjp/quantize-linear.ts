import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import type { Vjp } from './rule';
import { rankOf } from './rule';

/** DynamicQuantizeLinear, straight through: x̄ = x̄_q / scale. */
export const dynamicQuantizeLinear: Vjp = {
  op: 'DynamicQuantizeLinear',
  outputs: [0],
  cotangents({ g, node, ȳ }) {
    const scale = node.outputs[1];
    return [() => g.div(ȳ, scale as Value)];
  },
};

/** QuantizeLinear, straight through: x̄ = x̄_q / scale. */
const quantize = (op: string): Vjp => ({
  op,
  cotangents: ({ g, node, x: [x, scale], ȳ }) => [() => g.div(ȳ, laidAlong(g, node, x, scale))],
});

/** DequantizeLinear: x̄_q = ȳ ⊙ scale. */
const dequantize = (op: string): Vjp => ({
  op,
  cotangents: ({ g, node, x: [x, scale], ȳ }) => [() => g.mul(ȳ, laidAlong(g, node, x, scale))],
});

export const quantizeLinear = quantize('QuantizeLinear');
export const quantizeLinearContrib = quantize('com.microsoft:QuantizeLinear');
export const dequantizeLinear = dequantize('DequantizeLinear');
export const dequantizeLinearContrib = dequantize('com.microsoft:DequantizeLinear');

/** A scale for the whole tensor, for each index of an axis, or for each block along an axis, so that it broadcasts against x. */
function laidAlong(g: Builder, node: Node, x: Value, scale: Value): Value {
  const scaleRank = rankOf(node, scale);
  if (scaleRank === 0 || (scaleRank === 1 && scale.shape?.[0] === 1)) return scaleRank ? g.squeeze(scale, [0]) : scale;
  const rank = rankOf(node, x);
  const axis = (node.int('axis', 1) + rank) % rank;
  const block = node.int('block_size', 0);
  if (block === 0)
    return g.unsqueeze(
      scale,
      Array.from({ length: rank - 1 - axis }, (_, i) => i + 1),
    );
  const size = x.shape?.[axis];
  const index =
    typeof size === 'number'
      ? g.ints(Array.from({ length: size }, (_, i) => Math.floor(i / block)))
      : g.div(range(g, g.shapePart(x, axis, axis + 1)), g.scalar(block, 'int64'));
  return g.gather(scale, index, axis);
}

/** 0 … n − 1, n in int64 [1]. */
const range = (g: Builder, n: Value): Value =>
  g.op('Range', [g.scalar(0, 'int64'), g.squeeze(n, [0]), g.scalar(1, 'int64')]);
