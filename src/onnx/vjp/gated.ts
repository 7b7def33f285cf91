import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { elementwise } from './elementwise';
import type { Vjp } from './rule';

/** y = x σ(z(x)): y′ = σ(z) (1 + z′ (x − y)), from x σ′(z) = σ(z) (x − x σ(z)). */
const gate = (g: Builder, x: Value, y: Value, z: Value, slope: (v: Value) => Value): Value =>
  g.mul(g.sigmoid(z), g.shift(slope(g.sub(x, y)), 1));

const swishSlope = (g: Builder, x: Value, y: Value, α: number): Value =>
  gate(g, x, y, g.scale(x, α), (v) => g.scale(v, α));

/** Swish, SiLU: y = x σ(αx). */
export const swish = elementwise('Swish', ({ g, node, x, y }) => swishSlope(g, x, y, node.float('alpha', 1)));

/** QuickGelu: y = x σ(αx). */
export const quickGelu = elementwise('com.microsoft:QuickGelu', ({ g, node, x, y }) =>
  swishSlope(g, x, y, node.float('alpha', 1.702)),
);

/** y = x Φ(x): y′ = Φ(x) + x φ(x) = ½ + ½ erf t + t e^(−t²)/√π, where t = x/√2. */
function exactGeluSlope(g: Builder, x: Value): Value {
  const t = g.scale(x, Math.SQRT1_2);
  const density = g.scale(g.mul(t, g.exp(g.neg(g.square(t)))), 1 / Math.sqrt(Math.PI));
  return g.shift(g.add(g.scale(g.op('Erf', [t]), 0.5), density), 0.5);
}

/** y = x σ(z), where z = c (x + 0.044715 x³) and c = √(8/π): ½ (1 + tanh u) is σ(2u). z′ = c (1 + 0.134145 x²). */
function tanhGeluSlope(g: Builder, x: Value, y: Value): Value {
  const c = Math.sqrt(8 / Math.PI);
  const cubic = g.scale(g.square(x), 0.044715 * c);
  const z = g.mul(x, g.shift(cubic, c));
  return gate(g, x, y, z, (v) => g.mul(v, g.shift(g.scale(cubic, 3), c)));
}

/** Gelu, exact or with tanh. */
export const gelu = elementwise('Gelu', ({ g, node, x, y }) =>
  node.string('approximate', 'none') === 'tanh' ? tanhGeluSlope(g, x, y) : exactGeluSlope(g, x),
);

/** Exact Gelu. */
export const geluContrib = elementwise('com.microsoft:Gelu', ({ g, x }) => exactGeluSlope(g, x));

/** Gelu(x + b), exact: x̄ = b̄ = ȳ ⊙ Gelu′(x + b). */
export const biasGelu: Vjp = {
  op: 'com.microsoft:BiasGelu',
  broadcasts: true,
  cotangents({ g, x: [x, bias], ȳ }) {
    const both = () => g.mul(ȳ, exactGeluSlope(g, g.add(x, bias)));
    return [both, both];
  },
};

/** Gelu(x + b) with tanh; b may be left out. */
export const fastGelu: Vjp = {
  op: 'com.microsoft:FastGelu',
  broadcasts: true,
  cotangents({ g, x: [x, bias], y, ȳ }) {
    const both = () => g.mul(ȳ, tanhGeluSlope(g, bias ? g.add(x, bias) : x, y));
    return [both, both];
  },
};

/** y = x tanh s, where s = softplus x: y′ = tanh s + x (1 − tanh² s) σ(x). */
export const mish = elementwise('Mish', ({ g, x }) => {
  const t = g.tanh(g.op('Softplus', [x]));
  return g.add(t, g.mul(g.mul(x, g.sigmoid(x)), g.sub(g.scalar(1), g.square(t))));
});

/** y = x h(x), where h = max(0, min(1, x/6 + ½)): y′ = x/3 + ½ where |x| < 3, else h. */
export const hardSwish = elementwise('HardSwish', ({ g, x }) => {
  const h = g.op('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
  return g.where(g.less(g.op('Abs', [x]), g.scalar(3)), g.shift(g.scale(x, 1 / 3), 0.5), h);
});
