import { test } from 'node:test';
import fc from 'fast-check';
import type { VjpCase } from '../support/vjp-check';
import { checkVjp } from '../support/vjp-check';

/** A row: a name and a way to draw cases. */
export interface Row {
  readonly name: string;
  readonly draw: fc.Arbitrary<VjpCase>;
  /** Number of cases; default 12. */
  readonly runs?: number;
}

/** One property for each row; the seed is fixed, so that a failure comes back. */
export function testRows(rows: readonly Row[]): void {
  for (const { name, draw, runs } of rows)
    test(`VJP of ${name} agrees with finite differences`, async () => {
      await fc.assert(
        fc.asyncProperty(draw, async (c) => void (await checkVjp(c))),
        { seed: 20261122, numRuns: runs ?? 12, includeErrorInReport: true },
      );
    });
}
