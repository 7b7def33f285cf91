import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { overChannels } from './conv';
import { foldLeading, unfoldLeading } from './leading';
import { place } from './place';
import type { Vjp } from './rule';
import { refuse } from './rule';
import type { Size } from './size';
import { fixed, minus, plus, sizeOf, times } from './size';
import type { KnownWindow } from './spread-windows';
import { extent, half, knownWindow } from './spread-windows';

/** ConvTranspose, y = x ∗ᵀ w + b: x̄ = ȳ ∗ w, b̄ = Σ ȳ over all but the channels. */
export const convTranspose: Vjp = {
  op: 'ConvTranspose',
  cotangents({ g, node, x: [x, w], y, ȳ }) {
    return [
      () => {
        const window = knownWindow(node, x, w);
        const pads = window.kernel.map((_, i) => padding(g, node, window, x, y, i));
        const numbers = [pads.map((p) => p.before.dim), pads.map((p) => p.after.dim)].flat();
        const { strides, dilations, kernel: kernel_shape } = window;
        const attributes = { strides, dilations, kernel_shape, group: node.int('group', 1) };
        const folded = foldLeading(g, ȳ);
        const x̄ = numbers.every((p) => typeof p === 'number' && p >= 0)
          ? g.op('Conv', [folded, w], { ...attributes, pads: numbers as number[] })
          : g.op('Conv', [place(g, folded, pads), w], attributes);
        return unfoldLeading(g, x̄, ȳ, x);
      },
      () => refuse(node, 'its weights depend on the input'),
      () => overChannels(g, node, y, ȳ),
    ];
  },
};

/** What ȳ lacks of stride·(n − 1) + extent, where ȳ starts by the operator's own padding. */
function padding(g: Builder, node: Node, window: KnownWindow, x: Value, y: Value, i: number) {
  const { strides, pads, autoPad, kernel } = window;
  const axis = 2 + i;
  const more = node.ints('output_padding')?.[i] ?? 0;
  const shaped = node.has('output_shape') || autoPad.startsWith('SAME');
  const [b, e] = autoPad === 'VALID' ? [0, 0] : [pads[i], pads[i + kernel.length]];
  if (!shaped && more === 0) return { axis, before: fixed(g, b), after: fixed(g, e) };
  const steps = minus(g, sizeOf(g, x, axis), fixed(g, 1));
  const covered = plus(g, times(g, steps, fixed(g, strides[i])), fixed(g, extent(window, i)));
  const missing = minus(g, covered, sizeOf(g, y, axis));
  const before: Size = shaped ? half(g, plus(g, missing, fixed(g, more)), autoPad !== 'SAME_UPPER') : fixed(g, b);
  return { axis, before, after: minus(g, missing, before) };
}
