import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { contentOf, integersOf } from '../shapes/known';
import { place } from './place';
import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';
import type { Size } from './size';
import { fixed, fromStart, larger, minus, reshapeTo, size, sizeOf, smaller, times } from './size';

/** Slice, y_i = x_{start + i·step}: x̄ is ȳ spread by |step|, reversed where the step is negative, and zeros around it. */
export const slice: Vjp = {
  op: 'Slice',
  cotangents({ g, node, x: [x, starts, , axesInput, stepsInput], y, ȳ }) {
    const rank = rankOf(node, x);
    const count = starts.shape?.[0];
    const axes = axesInput
      ? integersOf(axesInput)
      : Array.from({ length: typeof count === 'number' ? count : rank }, (_, i) => i);
    const steps = stepsInput ? integersOf(stepsInput) : axes?.map(() => 1);
    if (!axes || !steps) return refuse(node, 'its axes or steps are known at run time only');
    const known = contentOf(starts);

    return [
      () => {
        let v = ȳ;
        const where = axes.map((a, i) => {
          const axis = a < 0 ? a : a - rank;
          const step = steps[i];
          const stride = fixed(g, Math.abs(step));
          const [n, m] = [sizeOf(g, x, axis), sizeOf(g, y, axis)];
          const given = size(g, known?.[i], () =>
            g.cast(axes.length === 1 ? starts : g.slice(starts, 0, i, i + 1), 'int64'),
          );
          let before = clamped(g, given, n, step);
          if (step < 0) {
            v = g.slice(v, axis, -1, -far, -1);
            before = minus(g, before, times(g, minus(g, m, fixed(g, 1)), stride));
          }
          if (stride.dim !== 1) v = spread(g, v, axis, rank, stride);
          return { axis, before, after: minus(g, minus(g, n, before), times(g, m, stride)) };
        });
        return place(g, v, where);
      },
    ];
  },
};

/** Exporters write INT64_MIN and INT64_MAX for "to the end"; no axis is this long. */
const far = 2 ** 31;

/** The first place that is taken: starts beyond the ends mean the ends. */
function clamped(g: Builder, start: Size, n: Size, step: number): Size {
  const zero = fixed(g, 0);
  const near = typeof start.dim === 'number' ? fixed(g, Math.max(-far, Math.min(far, start.dim))) : start;
  const last = step > 0 ? n : minus(g, n, fixed(g, 1));
  return smaller(g, larger(g, fromStart(g, near, n), zero), last);
}

/** a, b → a, 0, b, 0: zeros after every element along one axis. */
function spread(g: Builder, v: Value, axis: number, rank: number, stride: Size): Value {
  const sizes = Array.from({ length: 1 + rank }, (_, i) => sizeOf(g, v, i));
  sizes.splice(axis, 1, times(g, sizeOf(g, v, axis), stride));
  const after = minus(g, stride, fixed(g, 1));
  return reshapeTo(g, place(g, g.unsqueeze(v, [axis]), [{ axis, before: fixed(g, 0), after }]), sizes);
}
