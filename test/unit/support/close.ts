import assert from 'node:assert/strict';
import type { Tensor } from '../../../src/shared/tensor';

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

/** Same shape, and nowhere further off than `tolerance` times the golden's largest magnitude. */
export function assertNearGolden(actual: Tensor, expected: Tensor, tolerance: number, name: string): void {
  assert.deepEqual([...actual.dims], [...expected.dims], name);
  const top = Math.max(...Array.from(expected.data as Float32Array, Math.abs));
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++)
    worst = Math.max(worst, Math.abs(Number(actual.data[i]) - Number(expected.data[i])));
  assert.ok(worst <= tolerance * top, `${name}: off by ${worst} of ${top}`);
}
