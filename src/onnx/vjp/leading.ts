import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { fixed, list, product, reshapeTo, sizeOf, sizesOf } from './size';

/** The shape [K, …x.shape] of a cotangent, int64, with K taken from another cotangent. */
export function shapeWithLeading(g: Builder, ȳ: Value, x: Value): Value {
  if (x.shape) return list(g, [sizeOf(g, ȳ, 0), ...sizesOf(g, x)]);
  return g.concat([g.shapePart(ȳ, 0, 1), g.shape(x)], 0);
}

/** [K, …x.shape], zero everywhere. */
export const zerosWithLeading = (g: Builder, ȳ: Value, x: Value): Value => g.fill(shapeWithLeading(g, ȳ, x), 0);

/** [K, N, …] → [K·N, …]: for operators that know one batch axis only. */
export function foldLeading(g: Builder, ȳ: Value): Value {
  if (ȳ.shape) return reshapeTo(g, ȳ, [product(g, sizesOf(g, ȳ, 0, 2)), ...sizesOf(g, ȳ, 2)]);
  return g.reshape(ȳ, g.concat([g.ints([-1]), g.shapePart(ȳ, 2)], 0));
}

/** [K·N·C, 1, …]: for operators that treat every channel alike. */
export function foldChannels(g: Builder, ȳ: Value): Value {
  if (ȳ.shape) return reshapeTo(g, ȳ, [product(g, sizesOf(g, ȳ, 0, 3)), fixed(g, 1), ...sizesOf(g, ȳ, 3)]);
  return g.reshape(ȳ, g.concat([g.ints([-1, 1]), g.shapePart(ȳ, 3)], 0));
}

/** Any arrangement of K·|x| numbers → [K, …x.shape]. */
export function unfoldLeading(g: Builder, v: Value, ȳ: Value, x: Value): Value {
  if (x.shape) return reshapeTo(g, v, [sizeOf(g, ȳ, 0), ...sizesOf(g, x)]);
  return g.op('Reshape', [v, shapeWithLeading(g, ȳ, x)], { allowzero: 1 });
}
