import type { Attributes } from '../graph/graph';

/** An operator's attributes but for some. */
export const without = (attributes: Attributes, ...names: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
