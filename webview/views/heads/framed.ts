import type { ShownLayer } from '../../state/heads-selectors';

/**
 * The row that stays framed in the matrices, whose patches lie on the picture: the chosen query, else the row that is read out; null
 * where no single row is (the blocks below a pooling head).
 */
export function framedQuery({ explained, tower, prompt, pooled }: ShownLayer, query: number | null): number | null {
  if (tower === 'text') return explained.prompts[prompt]?.readOut ?? null;
  if (pooled) return 0;
  return query ?? (explained.vision.readOut === 'cls' ? 0 : null);
}
