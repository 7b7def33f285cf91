/** Of a sentence pair, which part attends which: A is the first text, B the second. bertviz's chooser. */
export type PairFilter = 'all' | 'aa' | 'bb' | 'ab' | 'ba';

export const pairFilters: Readonly<Record<PairFilter, string>> = {
  all: 'all',
  aa: 'A → A',
  bb: 'B → B',
  ab: 'A → B',
  ba: 'B → A',
};

/** The parts (TextToken.part) that a filter leaves on each side; null: all of them. */
export function pairParts(filter: PairFilter): { readonly query: number | null; readonly key: number | null } {
  if (filter === 'all') return { query: null, key: null };
  const part = (letter: string): number => (letter === 'a' ? 0 : 1);
  return { query: part(filter[0]!), key: part(filter[1]!) };
}

/** Whether there are two parts to choose from. */
export const isPair = (tokens: readonly { readonly part: number }[]): boolean => tokens.some(({ part }) => part > 0);
