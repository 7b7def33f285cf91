import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { elementwise } from './elementwise';

const inverse = (g: Builder, x: Value) => g.op('Reciprocal', [x]);
const inverseRoot = (g: Builder, x: Value) => inverse(g, g.sqrt(x));
const oneMinusSquare = (g: Builder, x: Value) => g.sub(g.scalar(1), g.square(x));

/** sin′ x = cos x. */
export const sin = elementwise('Sin', ({ g, x }) => g.op('Cos', [x]));
/** cos′ x = −sin x. */
export const cos = elementwise('Cos', ({ g, x }) => g.neg(g.op('Sin', [x])));
/** tan′ x = 1 + y². */
export const tan = elementwise('Tan', ({ g, y }) => g.shift(g.square(y), 1));

/** arcsin′ x = 1/√(1 − x²). */
export const asin = elementwise('Asin', ({ g, x }) => inverseRoot(g, oneMinusSquare(g, x)));
/** arccos′ x = −1/√(1 − x²). */
export const acos = elementwise('Acos', ({ g, x }) => g.neg(inverseRoot(g, oneMinusSquare(g, x))));
/** arctan′ x = 1/(1 + x²). */
export const atan = elementwise('Atan', ({ g, x }) => inverse(g, g.shift(g.square(x), 1)));

/** sinh′ x = cosh x. */
export const sinh = elementwise('Sinh', ({ g, x }) => g.op('Cosh', [x]));
/** cosh′ x = sinh x. */
export const cosh = elementwise('Cosh', ({ g, x }) => g.op('Sinh', [x]));
/** tanh′ x = 1 − y². */
export const tanh = elementwise('Tanh', ({ g, y }) => oneMinusSquare(g, y));

/** arsinh′ x = 1/√(x² + 1). */
export const asinh = elementwise('Asinh', ({ g, x }) => inverseRoot(g, g.shift(g.square(x), 1)));
/** arcosh′ x = 1/√(x² − 1). */
export const acosh = elementwise('Acosh', ({ g, x }) => inverseRoot(g, g.shift(g.square(x), -1)));
/** artanh′ x = 1/(1 − x²). */
export const atanh = elementwise('Atanh', ({ g, x }) => inverse(g, oneMinusSquare(g, x)));
