/** Which heads the head view draws. null: the chosen head alone, so that they follow the cursor. Always at least one. */
export type ActiveHeads = readonly number[] | null;

export function activeOf(active: ActiveHeads, chosen: number, heads: number): readonly number[] {
  // Another layer may have fewer heads, a pooling head for one.
  const there = active?.filter((head) => head < heads) ?? [];
  return there.length > 0 ? there : [chosen];
}

/** A click: on or off; the last that is on stays on. */
export function toggledHead(shown: readonly number[], head: number): readonly number[] {
  if (!shown.includes(head)) return [...shown, head].sort((a, b) => a - b);
  return shown.length === 1 ? shown : shown.filter((other) => other !== head);
}

/** A double click: this one alone, or all of them where it was alone already. */
export const isolatedHead = (shown: readonly number[], head: number, heads: number): readonly number[] =>
  shown.length === 1 && shown[0] === head ? Array.from({ length: heads }, (_, h) => h) : [head];
