import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { constant } from '../graph/tensor';
import type { Vjp } from './rule';
import { refuse } from './rule';

/** MatMulNBits, y = a Wᵀ + c with W = (q − q₀) s [N, K] in blocks along K, packed into bytes: ā = ȳ W, c̄ = ȳ summed. */
export const matMulNBits: Vjp = {
  op: 'com.microsoft:MatMulNBits',
  broadcasts: true,
  cotangents({ g, node, x: [, , , , groups], ȳ }) {
    if (groups) refuse(node, 'its weight is regrouped by g_idx');
    const fixed = () => refuse(node, 'its weight is not constant');
    return [() => g.matmul(ȳ, weight(g, node)), fixed, fixed, fixed, null, () => ȳ];
  },
};

/** W [N, K] in float32. All of it is constant, so that the runtime folds it when the session is made. */
function weight(g: Builder, node: Node): Value {
  const [, packed, scales, zeroPoints] = node.inputs as Value[];
  const bits = node.int('bits', 4);
  const [K, N, block] = [node.int('K', 0), node.int('N', 0), node.int('block_size', 32)];
  const blocks = Math.ceil(K / block);
  if (node.int('weight_prepacked', 0) !== 0) refuse(node, 'its weight is packed for one GPU');
  const q = g.reshape(unpack(g, node, packed, bits), [N, blocks, block]);
  const centred = g.sub(g.cast(q, 'float32'), zeroPoint());
  const W = g.reshape(g.mul(centred, g.reshape(scales, [N, blocks, 1])), [N, blocks * block]);
  return blocks * block === K ? W : g.slice(W, 1, 0, K);

  /** [N, blocks, 1], or a number. */
  function zeroPoint(): Value {
    if (!zeroPoints) return g.scalar(2 ** (bits - 1));
    if (zeroPoints.dtype !== 'uint8') return g.reshape(zeroPoints, [N, blocks, 1]);
    const rows = g.reshape(unpack(g, node, g.reshape(zeroPoints, [N, -1]), bits), [N, -1, 1]);
    return g.cast(g.slice(rows, 1, 0, blocks), 'float32');
  }
}

/** uint8 […, bytes] → […, bytes, 8/bits]: the lowest bits of a byte come first. */
function unpack(g: Builder, node: Node, v: Value, bits: number): Value {
  if (bits === 8) return v;
  if (bits !== 2 && bits !== 4)
    refuse(node, `its weight has ${bits} bits a number, and only 2, 4 and 8 can be unpacked`);
  const shifts = Array.from({ length: 8 / bits }, (_, i) => i * bits);
  const byte = (dims: readonly number[], values: readonly number[]) => g.tensor(constant('uint8', dims, values));
  const shifted = g.op('BitShift', [g.unsqueeze(v, [-1]), byte([shifts.length], shifts)], { direction: 'RIGHT' });
  return g.op('BitwiseAnd', [shifted, byte([], [2 ** bits - 1])]);
}
