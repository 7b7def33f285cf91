import type { Builder } from '../graph/builder';
import { sameShape } from '../graph/dims';
import type { Value } from '../graph/graph';
import { axesIn, contentOf } from '../shapes/known';
import { constant } from '../graph/tensor';
import type { Vjp, VjpContext } from './rule';
import { rankOf, refuse } from './rule';
import { fixed, list, sizeOf } from './size';
import { without } from './without';

/**
 * Resize is linear and takes one axis after the other, y = M₁ᵀ x M₂: x̄ = M₁ ȳ M₂ᵀ. The operator itself tells M, [in, out], as what
 * it makes of the identity; so every mode, coordinate rule and filter is the runtime's own, at sizes that only the run knows.
 */
export const resize: Vjp = {
  op: 'Resize',
  cotangents(c) {
    const { g, node, x, y, ȳ } = c;
    const rank = rankOf(node, x[0]);
    if (x[3] && node.string('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
      return refuse(node, 'it keeps the aspect ratio, so that its axes depend on each other');
    const axes = axesIn(rank, node.ints('axes') ?? Array.from({ length: rank }, (_, i) => i)) ?? [];
    // What keeps its size as a whole is copied, whatever the scales.
    if (!crops(c) && x[0].shape && y.shape && sameShape(x[0].shape, y.shape)) return [() => ȳ];
    const scales = contentOf(x[2]);
    const resized = axes.flatMap((axis, i) => {
      const [n, m] = [sizeOf(g, x[0], axis).dim, sizeOf(g, y, axis).dim];
      const same = x[3] ? n !== undefined && n === m : scales?.[i] === 1;
      return same && !crops(c) ? [] : [{ axis, i }];
    });
    return [() => resized.reduce((v, { axis, i }) => back(g, v, matrix(c, axis, i, axes.length), axis, rank), ȳ)];
  },
};

const crops = ({ node }: VjpContext): boolean =>
  node.string('coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';

/**
 * What one axis undergoes, [in, out]. The rows of the identity are images one pixel wide, made two wide: the runtime copies an image
 * that keeps its size, whatever the scale.
 * `i`: where the axis stands among the `count` axes that roi, scales and sizes speak of.
 */
function matrix(c: VjpContext, axis: number, i: number, count: number): Value {
  const { g, node, y } = c;
  const [x, roi, scales, sizes] = c.x;
  const n = sizeOf(g, x, axis);
  const identity = g.op('EyeLike', [g.fill(list(g, [n, n]), 0)], { dtype: 1 });
  const of = (v: Value, at: number) => g.slice(v, 0, at, at + 1);
  const floats = (...values: number[]) => g.tensor(constant('float32', [values.length], values));
  const window = crops(c) ? [floats(0, 0), of(roi, i), floats(0, 1, 1), of(roi, count + i), floats(1)] : undefined;
  const how = sizes
    ? [undefined, list(g, [n, fixed(g, 1), sizeOf(g, y, axis), fixed(g, 2)])]
    : [g.concat([floats(1, 1), of(scales, i), floats(2)], 0)];
  const attributes = without(node.attributes, 'axes', 'keep_aspect_ratio_policy', 'extrapolation_value');
  const images = g.op('Resize', [g.unsqueeze(identity, [1, 3]), window && g.concat(window, 0), ...how], attributes);
  return g.squeeze(g.slice(images, 3, 0, 1), [1, 3]);
}

/** v contracted with M [in, out] over one of the axes behind K. */
function back(g: Builder, v: Value, M: Value, axis: number, rank: number): Value {
  if (axis === rank - 1) return g.matmul(v, M, { transB: true });
  if (axis === rank - 2) return g.matmul(M, v);
  const swap = Array.from({ length: rank + 1 }, (_, i) => (i === axis + 1 ? rank : i === rank ? axis + 1 : i));
  return g.transpose(g.matmul(g.transpose(v, swap), M, { transB: true }), swap);
}
