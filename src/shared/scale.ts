import type { Reading } from './explanation';

/** Each prompt's strongest patch has the strongest colour, or one scale for all of them, to compare amounts. */
export type HeatScale = 'own' | 'shared';

/** The value that has the last colour: the largest of the map, or the largest magnitude for signed maps; 0 where there is none. */
export function heatTop(map: ArrayLike<number>, signed: boolean): number {
  let top = 0;
  for (let i = 0; i < map.length; i++) {
    const value = signed ? Math.abs(map[i]!) : map[i]!;
    if (value > top && value < Infinity) top = value;
  }
  return top;
}

/** One top for each prompt of a reading. The low end is 0, or −top for signed maps. */
export function heatTops({ prompts, method }: Reading, scale: HeatScale): number[] {
  const tops = prompts.map(({ map }) => heatTop(map, method === 'signed'));
  return scale === 'own' ? tops : tops.map(() => Math.max(0, ...tops));
}

/** The same for pictures that are compared: one list of tops for each reading. Shared means shared by all prompts of all pictures. */
export function comparedTops(readings: readonly Reading[], scale: HeatScale): number[][] {
  const tops = readings.map((reading) => heatTops(reading, scale));
  if (scale === 'own') return tops;
  const top = Math.max(0, ...tops.flat());
  return tops.map((own) => own.map(() => top));
}
