import type { HeadNumbers } from './head-numbers';

/** Heads in the order of one of their numbers, largest first; by index where the numbers are missing or the same. */
export function headOrder(
  numbers: readonly (HeadNumbers | null)[],
  by: keyof HeadNumbers | 'index',
): readonly number[] {
  const order = numbers.map((_, head) => head);
  if (by === 'index') return order;
  const value = (head: number): number => {
    const number = numbers[head]?.[by];
    return number === undefined || Number.isNaN(number) ? -Infinity : number;
  };
  return order.sort((a, b) => (value(a) === value(b) ? a - b : value(b) - value(a)));
}

/** 12 heads lie 3 × 4, as the tutorials have them; 6 lie 2 × 3. */
export function headColumns(heads: number): number {
  if (heads <= 3) return Math.max(1, heads);
  if (heads === 4) return 2;
  if (heads === 5 || heads === 6 || heads === 9) return 3;
  return heads <= 16 ? 4 : 6;
}
