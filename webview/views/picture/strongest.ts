/** The patch of the largest magnitude; the first where all are equal. */
export function strongest(map: ArrayLike<number>): number {
  let peak = 0;
  for (let i = 1; i < map.length; i++) if (Math.abs(map[i]!) > Math.abs(map[peak]!)) peak = i;
  return peak;
}
