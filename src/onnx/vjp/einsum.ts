import type { Builder } from '../graph/builder';
import { readEquation, unused } from '../graph/equation';
import type { Value } from '../graph/graph';
import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';

/** Einsum: x̄ᵢ is the Einsum of ȳ and the other operands onto K and xᵢ's labels; a label that only xᵢ has is spread. */
export const einsum: Vjp = {
  op: 'Einsum',
  broadcasts: true,
  cotangents({ g, node, x: xs, ȳ }) {
    const { operands, output } = readEquation(node.string('equation', ''), (i) => rankOf(node, xs[i]));
    const k = unused(operands.join('') + output, 1);
    return xs.map((x, i) => () => {
      const wanted = operands[i];
      if (new Set(wanted).size < wanted.length) refuse(node, `it takes a diagonal ("${wanted}")`);
      const others = [...operands.keys()].filter((j) => j !== i);
      const terms = [k + output, ...others.map((j) => operands[j])];
      const found = [...wanted].filter((label) => terms.some((t) => t.includes(label)));
      const x̄ = g.op('Einsum', [ȳ, ...others.map((j) => xs[j])], {
        equation: `${terms.join()}->${k}${found.join('')}`,
      });
      const lost = [...wanted].flatMap((label, a) => (found.includes(label) ? [] : [a - wanted.length]));
      const spread = g.unsqueeze(x̄, lost);
      // A label that is summed away has its size from the other operands, where it may be 1.
      const certain = [...wanted].every(
        (label, a) => output.includes(label) || others.some((j) => sizeOf(xs[j], operands[j], label) === x.shape?.[a]),
      );
      return certain ? spread : widen(g, spread, x);
    });
  },
};

const sizeOf = (x: Value, labels: string, label: string) => x.shape?.[labels.indexOf(label)] ?? 'unknown';
const widen = (g: Builder, x̄: Value, x: Value): Value => (x.rank === 0 ? x̄ : g.expand(x̄, g.shape(x)));
