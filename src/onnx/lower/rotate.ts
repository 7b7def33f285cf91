import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';

export interface Rotation {
  /** Broadcast to x without its last axis, which is half the rotated size: [.., R/2]. */
  readonly cos: Value;
  readonly sin: Value;
  readonly interleaved: boolean;
  /** R; the rest of x's last axis stays as it is. undefined: all of it is rotated. */
  readonly dim?: number;
}

/** Rotary embedding: (x₁, x₂) ↦ (x₁ cos − x₂ sin, x₁ sin + x₂ cos); the pairs are the two halves, or neighbours where interleaved. */
export function rotate(g: Builder, x: Value, { cos, sin, interleaved, dim }: Rotation): Value {
  if (dim !== undefined) {
    const turned = rotate(g, g.slice(x, -1, 0, dim), { cos, sin, interleaved });
    return g.concat([turned, g.slice(x, -1, dim, Number.MAX_SAFE_INTEGER)], -1);
  }
  if (interleaved) {
    const pairs = g.reshape(x, [0, 0, 0, -1, 2]);
    return g.reshape(turn(g, pairs, g.unsqueeze(cos, [-1]), g.unsqueeze(sin, [-1])), [0, 0, 0, -1]);
  }
  return turn(g, x, cos, sin);
}

function turn(g: Builder, x: Value, cos: Value, sin: Value): Value {
  const [a, b] = g.ops('Split', [x], 2, { axis: -1, num_outputs: 2 });
  return g.concat([g.sub(g.mul(a, cos), g.mul(b, sin)), g.add(g.mul(a, sin), g.mul(b, cos))], -1);
}
