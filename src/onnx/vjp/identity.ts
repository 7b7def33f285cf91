import type { Vjp } from './rule';
import { refuse } from './rule';

/** Identity: x̄ = ȳ. */
export const identity: Vjp = { op: 'Identity', cotangents: ({ ȳ }) => [() => ȳ] };

/** Dropout at inference: x̄ = ȳ. */
export const dropout: Vjp = {
  op: 'Dropout',
  outputs: [0],
  cotangents: ({ node, x: [, , training], ȳ }) => [
    () => (training?.numbers?.[0] ? refuse(node, 'it is in training mode and drops at random') : ȳ),
  ],
};
