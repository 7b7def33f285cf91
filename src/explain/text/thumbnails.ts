import type { HeadThumbnails } from '../../shared/heads-data';
import { oneHot } from '../../shared/relevance';
import type { GroupThumbnails } from '../../shared/text/panel-protocol';
import { floatTensor } from '../../shared/tensor';
import { headValues, readOutRows, shrinkHeads, thumbnailSide } from '../../shared/thumbnails';
import { joined } from '../joined';
import { bothParts, type TextHeads, type TextPart } from './heads';
import type { TextQuestion } from './question';
import { readOutOf } from './read-out';

/**
 * Every head of a group, made small.
 * @param between is awaited between the runs that a large model takes, with the part that is done
 */
export async function textThumbnailsOf(
  source: TextHeads,
  question: TextQuestion,
  { group, quantity }: GroupThumbnails,
  between: (fraction: number) => Promise<void>,
): Promise<HeadThumbnails> {
  const { sites, queries: asking } = source.groups[group];
  const matrices: Float32Array[] = [];
  const rows: Float32Array[] = [];
  let sizes: readonly number[] = [];
  await source.inTurn(
    sites.map((_, layer): TextPart[] =>
      bothParts({ group, layer }).filter((part) => quantity === 'product' || part.what === quantity),
    ),
    (tensors) => {
      const values = headValues(quantity, { attention: tensors[0], gradient: tensors[tensors.length - 1] });
      const [heads, queries, keys] = values.dims;
      sizes = [heads, thumbnailSide(queries), thumbnailSide(keys), keys];
      matrices.push(shrinkHeads(values, sizes[1], sizes[2]));
      rows.push(readOutRows(values, oneHot(queries, readOutOf(question, asking)), 0));
    },
    (done) => between(done / sites.length),
  );
  const [heads, height, width, keys] = sizes;
  return {
    matrices: floatTensor([sites.length, heads, height, width], joined(matrices)),
    rows: floatTensor([sites.length, heads, keys], joined(rows)),
  };
}
