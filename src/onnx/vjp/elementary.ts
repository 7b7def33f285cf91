import { elementwise, tiny } from './elementwise';
import type { Vjp } from './rule';

/** |x|: x̄ = ȳ ⊙ sign x; 0 at 0. */
export const abs = elementwise('Abs', ({ g, x }) => g.op('Sign', [x]));

/** eˣ: x̄ = ȳ ⊙ y. */
export const exp = elementwise('Exp', ({ y }) => y);

/** ln x: x̄ = ȳ / x. */
export const log = elementwise('Log', ({ g, x }) => g.op('Reciprocal', [x]));

/** erf x: x̄ = ȳ ⊙ 2/√π e^(−x²). */
export const erf = elementwise('Erf', ({ g, x }) => g.scale(g.exp(g.neg(g.square(x))), 2 / Math.sqrt(Math.PI)));

/** −x: x̄ = −ȳ. */
export const neg: Vjp = { op: 'Neg', cotangents: ({ g, ȳ }) => [() => g.neg(ȳ)] };

/** 1/x: x̄ = −ȳ ⊙ y². */
export const reciprocal = elementwise('Reciprocal', ({ g, y }) => g.neg(g.square(y)));

/** √x: x̄ = ȳ ⊙ ½ y/x, which is ½/y; 0 at 0, where a norm of nothing has no direction. */
export const sqrt = elementwise('Sqrt', ({ g, x, y }) => g.scale(g.div(y, g.op('Max', [x, g.scalar(tiny)])), 0.5));
