import type { TextToken } from './explanation';

/**
 * Where a token is after its text was edited: what stands before the edit keeps its place, what stands behind it its distance from the end.
 * A token that was edited itself gives way to the one in its place. null: there is none.
 *
 * @returns index into `after`
 */
export function followedToken(
  before: readonly Pick<TextToken, 'id'>[],
  after: readonly Pick<TextToken, 'id'>[],
  token: number,
): number | null {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head]!.id === after[head]!.id) head++;
  if (token < head) return token;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail]!.id === after[after.length - 1 - tail]!.id) tail++;
  const fromEnd = before.length - token;
  if (fromEnd <= tail) return after.length - fromEnd;
  return after.length > 0 ? Math.min(token, Math.max(head, after.length - tail - 1), after.length - 1) : null;
}
