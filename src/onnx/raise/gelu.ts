import type { Value } from '../graph/graph';
import { isAbout, madeBy, other, withConstant, withConstantLast } from './match';
import type { Raise } from './rule';

/** x · (1 + erf(x/√2)) · ½, in the orders in which exporters write the product. */
export const gelu: Raise = {
  last: ['Mul'],
  raise(g, last) {
    const x = halfOutside(last.inputs) ?? halfInside(last.inputs) ?? halfBehind(last.inputs);
    return x && g.op('Gelu', [x], {}, 'com.microsoft');
  },
};

/** (x · (1 + erf)) · ½ */
function halfOutside(inputs: readonly (Value | undefined)[]): Value | undefined {
  const half = withConstant({ inputs: [...inputs] });
  const inner = half?.c === 0.5 ? madeBy(half.x, 'Mul') : undefined;
  for (const v of inner?.inputs ?? []) {
    const x = other(inner, v);
    if (x && argumentOfErf(v) === x) return x;
  }
  return undefined;
}

/** (x · ½) · (1 + erf) */
function halfInside(inputs: readonly (Value | undefined)[]): Value | undefined {
  for (const [a, b] of [inputs, [...inputs].reverse()]) {
    const half = withConstant(madeBy(a, 'Mul'));
    if (half?.c === 0.5 && argumentOfErf(b) === half.x) return half.x;
  }
  return undefined;
}

/** x · (½ · (1 + erf)) */
function halfBehind(inputs: readonly (Value | undefined)[]): Value | undefined {
  for (const [x, gate] of [inputs, [...inputs].reverse()]) {
    const half = withConstant(madeBy(gate, 'Mul'));
    if (half?.c === 0.5 && x && argumentOfErf(half.x) === x) return x;
  }
  return undefined;
}

/** x, if v is 1 + erf(x/√2). */
function argumentOfErf(v: Value | undefined): Value | undefined {
  const sum = withConstant(madeBy(v, 'Add'));
  const argument = sum?.c === 1 ? madeBy(sum.x, 'Erf')?.inputs[0] : undefined;
  const div = withConstantLast(madeBy(argument, 'Div'));
  if (div && isAbout(div.c, Math.SQRT2)) return div.x;
  const mul = withConstant(madeBy(argument, 'Mul'));
  return mul && isAbout(mul.c, Math.SQRT1_2) ? mul.x : undefined;
}
