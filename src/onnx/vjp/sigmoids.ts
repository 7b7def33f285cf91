import { elementwise } from './elementwise';

/** σ(x): y′ = y (1 − y). */
export const sigmoid = elementwise('Sigmoid', ({ g, y }) => g.sub(y, g.square(y)));

/** max(0, min(1, αx + β)): y′ = α where 0 < y < 1, else 0. There y − y² is positive, elsewhere 0. */
export const hardSigmoid = elementwise('HardSigmoid', ({ g, node, y }) =>
  g.scale(g.op('Sign', [g.sub(y, g.square(y))]), node.float('alpha', 0.2)),
);

/** ln(1 + eˣ): y′ = σ(x). */
export const softplus = elementwise('Softplus', ({ g, x }) => g.sigmoid(x));

/** x / (1 + |x|): y′ = (1 − |y|)². */
export const softsign = elementwise('Softsign', ({ g, y }) => g.square(g.sub(g.scalar(1), g.op('Abs', [y]))));
