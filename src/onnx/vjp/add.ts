import type { Vjp } from './rule';

/** Add: ā = ȳ, b̄ = ȳ. */
export const add: Vjp = {
  op: 'Add',
  broadcasts: true,
  cotangents: ({ ȳ }) => [() => ȳ, () => ȳ],
};
