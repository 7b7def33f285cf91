import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { matmulCotangents } from './matmul';
import type { Vjp } from './rule';
import { rankOf } from './rule';

/** FusedMatMul, y = α A B: as MatMul, where A is a, maybe with its last two axes swapped, maybe with its first axis moved behind the batch. */
export const fusedMatMul: Vjp = {
  op: 'com.microsoft:FusedMatMul',
  broadcasts: true,
  cotangents({ g, node, x: [a, b], ȳ }) {
    const left = behindBatch(g, node, a, node.int('transBatchA', 0));
    const right = behindBatch(g, node, b, node.int('transBatchB', 0));
    const [ā, b̄] = matmulCotangents(g, node, [left.moved, right.moved], ȳ, {
      transA: node.int('transA', 0) === 1,
      transB: node.int('transB', 0) === 1,
      alpha: node.float('alpha', 1),
    });
    return [() => left.back(ā()), () => right.back(b̄())];
  },
};

/** transBatch: [m, …batch, n] → [batch, m, n], and the way back under the leading axis K. */
function behindBatch(g: Builder, node: Node, v: Value, on: number): { moved: Value; back: (v̄: Value) => Value } {
  const rank = rankOf(node, v);
  if (!on || rank < 3) return { moved: v, back: (v̄) => v̄ };
  const batch = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  return {
    moved: g.transpose(v, [...batch, 0, rank - 1]),
    back: (v̄) => g.transpose(v̄, [0, rank - 1, ...batch, rank]),
  };
}
