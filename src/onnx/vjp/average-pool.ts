import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { unfoldLeading } from './leading';
import type { Vjp } from './rule';
import { rankOf } from './rule';
import { list, sizesOf } from './size';
import type { KnownWindow } from './spread-windows';
import { knownWindow, spreadSums } from './spread-windows';
import { without } from './without';

/** AveragePool, y = Σ_window x / count: x̄ = ȳ / count spread over the windows. */
export const averagePool: Vjp = {
  op: 'AveragePool',
  cotangents({ g, node, x: [x], y, ȳ }) {
    return [
      () => {
        const window = knownWindow(node, x);
        return unfoldLeading(g, spreadSums(g, g.mul(ȳ, reciprocalCount(g, node, window, x)), window, x, y), ȳ, x);
      },
    ];
  },
};

/** 1 / count. Where windows reach over the edge, the operator itself tells: averages of ones over sums of ones. */
function reciprocalCount(g: Builder, node: Node, window: KnownWindow, x: Value): Value {
  const inside = window.autoPad === 'VALID' || (window.autoPad === 'NOTSET' && window.pads.every((p) => p === 0));
  const whole = inside || (window.autoPad === 'NOTSET' && node.int('count_include_pad', 0) === 1);
  if (whole && !window.ceil) return g.scalar(1 / window.kernel.reduce((a, b) => a * b, 1));
  const one = g.ints([1]);
  const ones = g.fill(g.concat([one, one, list(g, sizesOf(g, x, 2, rankOf(node, x)))], 0), 1);
  return g.div(
    g.op('AveragePool', [ones], node.attributes),
    g.op('LpPool', [ones], { ...without(node.attributes, 'count_include_pad'), p: 1 }),
  );
}
