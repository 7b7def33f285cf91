import type { Framed, ImageOfLayer } from '../source';

const nothing: Framed = { query: null, key: null };
const rows = new Map<number, Framed>();

/**
 * The row that stays framed in the matrices, whose patches lie on the picture: the chosen query, else the row that is read out; none
 * where no single row is (the blocks below a pooling head).
 */
export function framedRow(image: ImageOfLayer, chosen: number | null): Framed {
  const query = rowOf(image, chosen);
  if (query === null) return nothing;
  const known = rows.get(query) ?? { query, key: null };
  rows.set(query, known);
  return known;
}

function rowOf({ explained, tower, prompt, pooled }: ImageOfLayer, chosen: number | null): number | null {
  if (tower === 'text') return explained.prompts[prompt]?.readOut ?? null;
  if (pooled) return 0;
  return chosen ?? (explained.vision.readOut === 'cls' ? 0 : null);
}
