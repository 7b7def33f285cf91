import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';

/** The most negative float32: added to a score it leaves no weight, and a row that holds nothing else makes no NaN. */
export const lowest = -3.4028234663852886e38;

export interface Band {
  /** How many keys before its own place a query sees; unlimited if left out. */
  readonly left?: number;
  /** How many keys behind it; unlimited if left out. */
  readonly right?: number;
}

/**
 * Where a query sees a key: at − left ≤ key ≤ at + right.
 * @param at place of each query among the keys, int64 [.., S, 1]
 * @param keys places of the keys, int64 [T]
 * @returns bool [.., S, T]; undefined where everything is seen
 */
export function band(g: Builder, at: Value, keys: Value, { left, right }: Band): Value | undefined {
  const shifted = (by: number) => (by === 0 ? at : g.add(at, g.scalar(by, 'int64')));
  return every(g, [
    right === undefined ? undefined : g.op('LessOrEqual', [keys, shifted(right)]),
    left === undefined ? undefined : g.op('GreaterOrEqual', [keys, shifted(-left)]),
  ]);
}

/** Conjunction of those conditions that there are. */
export function every(g: Builder, conditions: readonly (Value | undefined)[]): Value | undefined {
  return conditions.reduce((a, b) => (a && b ? g.op('And', [a, b]) : (a ?? b)), undefined);
}

/** bool → 0 where true, else `otherwise`. */
export const penalty = (g: Builder, seen: Value, otherwise: number): Value =>
  g.where(seen, g.scalar(0), g.scalar(otherwise));
