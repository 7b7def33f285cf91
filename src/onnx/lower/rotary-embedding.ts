import type { Value } from '../graph/graph';
import { positions, size } from './sizes';
import { rotate } from './rotate';
import type { Lowering, LoweringContext } from './rule';
import { input, rankOf, refuse } from './rule';

/** com.microsoft RotaryEmbedding. Places are one offset for the batch, or given for each token. */
export const rotaryEmbedding: Lowering = {
  op: 'com.microsoft:RotaryEmbedding',
  lower(c) {
    const { g, node } = c;
    if (node.int('is_packed_batching', 0) !== 0) refuse(node, 'its batch is packed (is_packed_batching)');
    const [x, ids, cos, sin] = [0, 1, 2, 3].map((i) => input(c, i));
    const isFlat = rankOf(node, x) === 3;
    const at = rankOf(node, ids) === 2 ? ids : g.add(ids, positions(g, size(g, x, isFlat ? 1 : 2)));
    return [rotateTokens(c, x, g.gather(cos, at, 0), g.gather(sin, at, 0))];
  },
};

/** ONNX RotaryEmbedding (opset 23): the cosines are looked up where places are given, else they come for each token. */
export const onnxRotaryEmbedding: Lowering = {
  op: 'RotaryEmbedding',
  lower(c) {
    const { g } = c;
    const [x, cos, sin, ids] = [input(c, 0), input(c, 1), input(c, 2), c.x[3]];
    const at = (cache: Value) => (ids ? g.gather(cache, ids, 0) : cache);
    return [rotateTokens(c, x, at(cos), at(sin))];
  },
};

/**
 * @param x [B, S, N·H] or [B, N, S, H]
 * @param cos [S, R/2] or [B, S, R/2]
 */
function rotateTokens({ g, node }: LoweringContext, x: Value, cos: Value, sin: Value): Value {
  const dim = node.int('rotary_embedding_dim', 0) || undefined;
  const interleaved = node.int('interleaved', 0) === 1;
  const heads = node.int('num_heads', 0);
  const isBatch = rankOf(node, cos) === 3;
  if (rankOf(node, x) === 4) {
    const [c, s] = [cos, sin].map((t) => (isBatch ? g.unsqueeze(t, [1]) : t));
    return rotate(g, x, { cos: c, sin: s, interleaved, dim });
  }
  const four = heads > 0 ? g.reshape(x, [0, 0, heads, -1]) : g.reshape(x, headsByCache(g, cos));
  const [c, s] = [cos, sin].map((t) => g.unsqueeze(t, [-2]));
  return g.reshape(rotate(g, four, { cos: c, sin: s, interleaved, dim }), [0, 0, -1]);
}

/** Without num_heads a head is twice as wide as the cache. */
function headsByCache(g: LoweringContext['g'], cos: Value): Value {
  return g.concat([g.ints([0, 0, -1]), g.mul(g.shapePart(cos, -1), g.ints([2]))], 0);
}
