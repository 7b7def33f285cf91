import type { Dim, Shape } from '../graph/dims';
import { add, divide, multiply } from '../graph/dims';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { contentOf, each, same, unknownDim, unknownDims } from './known';

const plus = (past: Dim | undefined, now: Dim | undefined): Dim | undefined =>
  now === undefined ? undefined : past === undefined ? now : add(past, now);

/**
 * ONNX Attention (opset 23): Q, K, V are [batch, heads, length, d], or [batch, length, heads·d] with the numbers of heads as attributes.
 * Y has Q's layout; present keys and values are [batch, heads, past + length, d]; the fourth output is [batch, heads, queries, keys].
 */
const attention: ShapeRule = (node) => {
  const [q, k, v, , pastKey, pastValue] = node.inputs.map((x) => x?.shape);
  const dtype = node.inputs[0]?.dtype;
  if (!q || !k || !v || q.length < 3) return [{ dtype }];
  /** [batch, heads, length, d] */
  const split = (x: Shape, heads: number): Shape =>
    x.length === 4 ? x : [x[0], heads, x[1], heads > 0 ? divide(x[2], heads) : unknownDim(node, 2)];
  const keyHeads = node.int('kv_num_heads', 0);
  const [Q, K, V] = [split(q, node.int('q_num_heads', 0)), split(k, keyHeads), split(v, keyHeads)];
  if (K.length !== 4 || V.length !== 4 || Q.length !== 4) return [{ dtype }];
  const keys = plus(pastKey?.[2], K[2]) ?? K[2];
  const y = q.length === 4 ? [Q[0], Q[1], Q[2], V[3]] : [Q[0], Q[2], multiply(Q[1], V[3])];
  return [
    { dtype, shape: y },
    { dtype: node.inputs[1]?.dtype, shape: [K[0], K[1], keys, K[3]] },
    { dtype: node.inputs[2]?.dtype, shape: [V[0], V[1], plus(pastValue?.[2], V[2]) ?? V[2], V[3]] },
    { dtype, shape: [Q[0], Q[1], Q[2], keys] },
  ];
};

/** com.microsoft Attention: x [batch, length, d], packed weights [d, q + k + v]; present is [2, batch, heads, past + length, d]. */
const packedAttention = (bias: number, past: number): ShapeRule => {
  return (node) => {
    const x = node.inputs[0]?.shape;
    const dtype = node.inputs[bias]?.dtype ?? node.inputs[0]?.dtype;
    if (x?.length !== 3) return [{ dtype }];
    const packed = node.inputs[1]?.shape?.[1] ?? node.inputs[bias]?.shape?.[0];
    const sizes = node.ints('qkv_hidden_sizes');
    const width = sizes?.[2] ?? (packed === undefined ? unknownDim(node, 2) : divide(packed, 3));
    const heads = node.int('num_heads', 0);
    const pastShape = node.inputs[past]?.shape;
    const present =
      heads > 0 ? [2, x[0], heads, plus(pastShape?.[3], x[1]) ?? x[1], divide(width, heads)] : unknownDims(node, 5, 1);
    return [
      { dtype, shape: [x[0], x[1], width] },
      { dtype, shape: present },
    ];
  };
};

/**
 * com.microsoft MultiHeadAttention: query [batch, length, d], or packed [batch, length, heads, 3, d]; key and value are [batch, length, d]
 * or [batch, heads, length, d] (cross attention with a cache). Outputs: y, present key, present value, scores.
 */
const multiHeadAttention: ShapeRule = (node) => {
  const [q, k, v] = node.inputs.map((x) => x?.shape);
  const dtype = node.inputs[0]?.dtype;
  const heads = node.int('num_heads', 0);
  if (!q || heads <= 0) return [{ dtype }];
  const packed = q.length === 5;
  if (!packed && q.length !== 3) return [{ dtype }];
  const width = packed ? multiply(q[2], q[4]) : v?.length === 4 ? multiply(v[1], v[3]) : (v?.[2] ?? q[2]);
  const own = packed ? q[1] : k?.length === 4 ? k[2] : k?.[1];
  const keys = plus(node.inputs[6]?.shape?.[2], own) ?? unknownDim(node, 2, 1);
  const keyWidth = packed ? width : q[2];
  return [
    { dtype, shape: [q[0], q[1], width] },
    { dtype, shape: [q[0], heads, keys, divide(keyWidth, heads)] },
    { dtype, shape: [q[0], heads, keys, divide(width, heads)] },
    { dtype, shape: [q[0], heads, q[1], keys] },
  ];
};

/** com.microsoft GroupQueryAttention: query [batch, length, heads·d], or with keys and values packed behind it. The cache's length is a matter of the run. */
const groupQueryAttention: ShapeRule = (node) => {
  const [q, k] = node.inputs.map((x) => x?.shape);
  const dtype = node.inputs[0]?.dtype;
  const [heads, keyHeads] = [node.int('num_heads', 0), node.int('kv_num_heads', 0)];
  if (q?.length !== 3 || heads <= 0) return [{ dtype }];
  const packed = node.inputs[1] === undefined;
  const d = divide(q[2], packed ? heads + 2 * keyHeads : heads);
  const past = node.inputs[3]?.shape;
  const total = contentOf(node.inputs[6])?.[0] ?? (past?.[2] === 0 ? (k?.[1] ?? q[1]) : unknownDim(node, 2, 1));
  const present = { dtype, shape: [q[0], keyHeads, total, d] };
  return [{ dtype, shape: [q[0], q[1], multiply(d, heads)] }, present, present];
};

/** Shapes of fused attention. */
export const attentionShapes: ShapeRules = {
  Attention: attention,
  'com.microsoft:Attention': packedAttention(2, 4),
  'com.microsoft:QAttention': packedAttention(2, 8),
  'com.microsoft:MultiHeadAttention': multiHeadAttention,
  'com.microsoft:GroupQueryAttention': groupQueryAttention,
  ...each('RotaryEmbedding com.microsoft:RotaryEmbedding', same()),
};
