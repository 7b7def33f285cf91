import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { elementwise, indicator } from './elementwise';
import type { Vjp } from './rule';

const wherePositive = (g: Builder, x: Value, yes: Value, no: Value) => g.where(g.greater(x, g.scalar(0)), yes, no);

/** max(x, 0): y′ = sign y; 0 at 0, as in PyTorch. */
export const relu = elementwise('Relu', ({ g, y }) => g.op('Sign', [y]));

/** x where x > α, else 0. */
export const thresholdedRelu = elementwise('ThresholdedRelu', ({ g, node, x }) =>
  indicator(g, g.greater(x, g.scalar(node.float('alpha', 1)))),
);

/** x where x ≥ 0, else αx. */
export const leakyRelu = elementwise('LeakyRelu', ({ g, node, x }) =>
  wherePositive(g, x, g.scalar(1), g.scalar(node.float('alpha', 0.01))),
);

/** x where x ≥ 0, else s ⊙ x: x̄ = ȳ ⊙ (1 or s), s̄ = ȳ ⊙ min(x, 0). */
export const pRelu: Vjp = {
  op: 'PRelu',
  broadcasts: true,
  cotangents: ({ g, x: [x, slope], ȳ }) => [
    () => g.mul(ȳ, wherePositive(g, x, g.scalar(1), slope)),
    () => g.mul(ȳ, g.op('Min', [x, g.scalar(0)])),
  ],
};

/** x where x ≥ 0, else α (eˣ − 1): y′ = 1 or y + α. */
export const elu = elementwise('Elu', ({ g, node, x, y }) =>
  wherePositive(g, x, g.scalar(1), g.shift(y, node.float('alpha', 1))),
);

/** γ times Elu: y′ = γ or y + γα. */
export const selu = elementwise('Selu', ({ g, node, x, y }) => {
  const γ = node.float('gamma', 1.05070102214813232421875);
  return wherePositive(g, x, g.scalar(γ), g.shift(y, γ * node.float('alpha', 1.67326319217681884765625)));
});

/** x where x ≥ 0, else α (e^(x/α) − 1): y′ = 1 or y/α + 1. */
export const celu = elementwise('Celu', ({ g, node, x, y }) =>
  wherePositive(g, x, g.scalar(1), g.shift(g.scale(y, 1 / node.float('alpha', 1)), 1)),
);
