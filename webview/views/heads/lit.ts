import type { Hover } from '../../state/app-state';
import type { ShownLayer } from '../../state/heads-selectors';

/** Rows and columns of a head's matrix. */
export interface Lit {
  readonly queries: readonly number[];
  readonly keys: readonly number[];
}

const none: Lit = { queries: [], keys: [] };

/** What the pointer or the focus, wherever it is, means in the shown layer's matrices. */
export function litCells(hover: Hover | null, layer: ShownLayer, framed: number | null): Lit {
  if (!hover) return none;
  const { explained, tower, prompt, pooled } = layer;
  const [, queries, keys] = layer.tensors.attention.dims as readonly [number, number, number];
  const inside = (query: number | null, key: number | null): Lit => ({
    queries: query === null || query >= queries ? [] : [query],
    keys: key === null || key >= keys ? [] : [key],
  });
  switch (hover.kind) {
    case 'cell':
      return inside(hover.query, hover.key);
    case 'token':
      return hover.side === 'key' ? inside(null, hover.token) : inside(hover.token, null);
    case 'patch':
      // As a key: what the framed query takes from this patch.
      return tower === 'vision' ? inside(pooled ? 0 : framed, explained.vision.prefix + hover.patch) : none;
    case 'word': {
      if (tower === 'vision') return none;
      const tokens = explained.prompts[prompt]?.tokens ?? [];
      return { queries: [], keys: tokens.flatMap(({ word }, i) => (word === hover.word ? [i] : [])) };
    }
  }
}
