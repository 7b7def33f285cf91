import { meanAttention } from '../../shared/heads';
import type { HeadThumbnails, ThumbnailChoice } from '../../shared/heads-data';
import { oneHot } from '../../shared/relevance';
import type { FloatTensor } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';
import { headValues, readOutRows, shrinkHeads, thumbnailSide } from '../../shared/thumbnails';
import { joined } from '../joined';
import { patchGrid } from './grid';
import type { HeadsPart, HeadSource } from './head-source';
import { bothParts } from './head-source';
import type { Question } from './question';

/**
 * Every head of a tower for one prompt, made small.
 * @param between is awaited between the runs that a large model takes, with the part that is done
 */
export async function thumbnailsOf(
  source: HeadSource,
  question: Question,
  { tower, prompt, quantity }: ThumbnailChoice,
  between: (fraction: number) => Promise<void>,
): Promise<HeadThumbnails> {
  const partsOf = (layer: number, what = quantity): HeadsPart[] =>
    bothParts({ tower, layer, prompt }).filter((part) => what === 'product' || part.what === what);
  const blocks = source.blocks(tower);
  const heads = source.heads(tower);
  const pooled = source.layers(tower) > blocks ? await source.fetch(partsOf(blocks, 'attention')) : [];

  const matrices: Float32Array[] = [];
  const rows: Float32Array[] = [];
  let side = 0;
  let shown = 0;
  await source.inTurn(
    Array.from({ length: blocks }, (_, layer) => partsOf(layer)),
    (tensors) => {
      const values = headValues(quantity, { attention: tensors[0], gradient: tensors[tensors.length - 1] });
      const [, queries] = values.dims;
      const { prefix, v } = readFrom(question, { tower, prompt }, queries, pooled[0]);
      side = thumbnailSide(queries);
      shown = queries - prefix;
      matrices.push(shrinkHeads(values, side));
      rows.push(readOutRows(values, v, prefix));
    },
    (done) => between(done / blocks),
  );
  return {
    matrices: floatTensor([blocks, heads, side, side], joined(matrices)),
    rows: floatTensor([blocks, heads, shown], joined(rows)),
  };
}

/** Which rows of a block are read, [tokens], and how many leading tokens are not shown. */
function readFrom(
  { words, model, seen }: Question,
  { tower, prompt }: Pick<ThumbnailChoice, 'tower' | 'prompt'>,
  tokens: number,
  pooled: FloatTensor | undefined,
): { readonly prefix: number; readonly v: ArrayLike<number> } {
  if (tower === 'text') return { prefix: 0, v: oneHot(tokens, words.prompts[prompt].readOut) };
  const { prefix } = patchGrid(tokens, seen.input.height, seen.input.width, model.config);
  if (!pooled) return { prefix, v: oneHot(tokens, 0) };
  const [heads, queries, keys] = pooled.dims;
  return { prefix, v: meanAttention({ heads, queries, keys, attention: pooled.data, gradient: pooled.data }).data };
}
