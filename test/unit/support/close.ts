import assert from 'node:assert/strict';

/** |actual − expected|₂ ≤ tolerance · |expected|₂, as the fixtures state their tolerances. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  const error = Math.sqrt(difference / (size || 1));
  assert.ok(error <= tolerance, `${what}: relative L2 error ${error}, more than ${tolerance}`);
}
