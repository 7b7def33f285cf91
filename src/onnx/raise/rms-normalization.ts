import type { Value } from '../graph/graph';
import { isAlongLastAxis, madeBy, meanOfLastAxis, plain, single, squared, uncentred, withConstant } from './match';
import type { Raise } from './rule';

/**
 * x / √(mean x² + ε) · γ, as Mul by a reciprocal or Div: T5's and LLaMA's normalisation, and of x − mean x the usual one, as
 * exporters below opset 17 write it.
 */
export const rmsNormalization: Raise = {
  last: ['Mul'],
  raise(g, last) {
    for (const [gamma, ratio] of [last.inputs, [...last.inputs].reverse()]) {
      const found = gamma?.rank === 1 ? normalised(plain(ratio)) : undefined;
      if (!gamma || !found || !isAlongLastAxis(gamma, found.x)) continue;
      const attributes = { axis: -1, epsilon: { float: found.epsilon } };
      const x = uncentred(found.x);
      return x
        ? g.op('LayerNormalization', [x, gamma], attributes)
        : g.op('SimplifiedLayerNormalization', [found.x, gamma], attributes);
    }
    return undefined;
  },
};

function normalised(v: Value | undefined): { x: Value; epsilon: number } | undefined {
  const mul = madeBy(v, 'Mul');
  for (const [a, inverse] of mul ? [mul.inputs, [...mul.inputs].reverse()] : []) {
    const found = rootMeanSquare(inverseOf(plain(inverse)));
    if (found && found.x === plain(a)) return found;
  }
  const div = madeBy(v, 'Div');
  const found = div && rootMeanSquare(plain(div.inputs[1]));
  return found && found.x === plain(div?.inputs[0]) ? found : undefined;
}

function inverseOf(v: Value | undefined): Value | undefined {
  const div = madeBy(v, 'Div');
  return (
    madeBy(v, 'Reciprocal')?.inputs[0] ??
    (div && single(div.inputs[0]) === 1 && (div.inputs[0]?.rank ?? 0) <= (div.inputs[1]?.rank ?? 0)
      ? div.inputs[1]
      : undefined)
  );
}

function rootMeanSquare(v: Value | undefined): { x: Value; epsilon: number } | undefined {
  const radicand = madeBy(v, 'Sqrt')?.inputs[0];
  // PyTorch's exporter leaves an ε of 1e-8 and less out.
  const sum = withConstant(madeBy(radicand, 'Add')) ?? { x: radicand, c: 0 };
  const x = plain(squared(plain(meanOfLastAxis(plain(sum.x)))));
  return x && { x, epsilon: sum.c };
}
