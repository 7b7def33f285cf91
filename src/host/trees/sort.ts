/** What the tree of heads can be sorted by; 'index' is the model's own order. */
export const sortKeys = ['index', 'entropy', 'distance', 'sink', 'relevance'] as const;

export type SortKey = (typeof sortKeys)[number];

/** The numbers of a layer or a head; null where the tower has no such thing (no CLS). */
export interface Measures {
  readonly entropy: number;
  readonly distance: number;
  readonly sink: number | null;
  /** Share of the target's relevance in this tower. */
  readonly relevance: number;
}

/** Largest first; equal ones, and those without the number, in the model's order. `at` gives the numbers of the item's index. */
export function sortedIndices(count: number, key: SortKey, at: (index: number) => Measures | null): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  if (key === 'index') return indices;
  const value = (index: number): number => {
    const measure = at(index)?.[key];
    return measure == null || Number.isNaN(measure) ? -Infinity : measure;
  };
  return indices.sort((a, b) => (value(a) === value(b) ? a - b : value(b) - value(a)));
}
