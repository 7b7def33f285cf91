import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { size } from './sizes';

export interface Attending {
  /** [B, N, S, H], [B, N, T, H], [B, N, T, H_v] */
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  /** The attribute; 0 stands for 1/√H. */
  readonly scale: number;
  /** c of c·tanh(s / c); 0: none. */
  readonly softcap?: number;
  /** Added to the scores in this order; each broadcasts to [B, N, S, T]. */
  readonly biases?: readonly (Value | undefined)[];
  /** bool, broadcasts to [B, N, S, 1]: queries that see a key. The others weigh nothing, so that what is shown is what is used. */
  readonly isOpen?: Value;
}

export interface Attended {
  /** [B, N, S, T] each: Q·Kᵀ·scale; with the cap; with the biases; their softmax, zero for a query that sees no key. */
  readonly products: Value;
  readonly capped: Value;
  readonly scores: Value;
  readonly probabilities: Value;
  /** [B, N, S, H_v] */
  readonly context: Value;
}

/** softmax(c·tanh(Q·Kᵀ·scale / c) + biases)·V. The softmax is a node of its own: it is what everybody asks for. */
export function attend(g: Builder, { q, k, v, scale, softcap = 0, biases = [], isOpen }: Attending): Attended {
  const products = scaledProducts(g, q, k, scale);
  const capped = softcap > 0 ? g.scale(g.tanh(g.scale(products, 1 / softcap)), softcap) : products;
  const scores = biases.reduce<Value>((s, b) => (b ? g.add(s, b) : s), capped);
  const weights = g.op('Softmax', [scores], { axis: -1 });
  const probabilities = isOpen ? g.where(isOpen, weights, g.scalar(0)) : weights;
  return { products, capped, scores, probabilities, context: g.matmul(probabilities, v) };
}

function scaledProducts(g: Builder, q: Value, k: Value, scale: number): Value {
  const perHead = q.shape?.at(-1) ?? k.shape?.at(-1);
  if (scale !== 0) return g.matmul(q, k, { transB: true, alpha: scale });
  if (typeof perHead === 'number') return g.matmul(q, k, { transB: true, alpha: 1 / Math.sqrt(perHead) });
  const root = g.sqrt(g.cast(size(g, q, -1), 'float32'));
  return g.div(g.matmul(q, k, { transB: true }), root);
}

export const scaleOf = (node: Node): number => node.float('scale', 0);
