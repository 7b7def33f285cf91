import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';

interface Equation {
  /** Labels of each operand, one letter an axis; an ellipsis is spelt out. */
  readonly operands: readonly string[];
  readonly output: string;
}

/** Einsum: x̄ᵢ is the Einsum of ȳ and the other operands onto K and xᵢ's labels; a label that only xᵢ has is spread. */
export const einsum: Vjp = {
  op: 'Einsum',
  broadcasts: true,
  cotangents({ g, node, x: xs, ȳ }) {
    const { operands, output } = equation(node, xs);
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

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The first letters that the text does not hold. */
const unused = (text: string, count: number): string =>
  letters
    .filter((l) => !text.includes(l))
    .slice(0, count)
    .join('');

function equation(node: Node, xs: readonly Value[]): Equation {
  const [left, right] = node.string('equation', '').replaceAll(' ', '').split('->');
  const terms = left.split(',');
  // Axes that the ellipsis stands for, right-aligned among the operands.
  const hidden = terms.map((t, i) => (t.includes('...') ? rankOf(node, xs[i]) - (t.length - 3) : 0));
  const batch = unused(left + (right ?? ''), Math.max(0, ...hidden));
  const spell = (t: string, n: number) => t.replace('...', batch.slice(batch.length - n));
  return {
    operands: terms.map((t, i) => spell(t, hidden[i])),
    output: spell(right ?? implicit(terms), batch.length),
  };
}

/** Without "->": the labels that appear once, in alphabetical order, behind the ellipsis. */
function implicit(terms: readonly string[]): string {
  const all = terms.join('').replaceAll('.', '');
  const once = [...all].filter((l) => all.indexOf(l) === all.lastIndexOf(l)).sort();
  return (terms.some((t) => t.includes('...')) ? '...' : '') + once.join('');
}
