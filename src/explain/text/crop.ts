import { UnsupportedModel } from '../../shared/errors';
import type { FloatTensor } from '../../shared/tensor';
import { elementCount, floatTensor } from '../../shared/tensor';

/**
 * The first entries of the leading axes and, of those that follow, the first `sizes`: a batch's first entry without its padding. A view where nothing
 * is cut within.
 * @param sizes of the trailing axes that are kept; axes before them are read at 0
 * @throws UnsupportedModel where the graph computes fewer
 */
export function firstOf({ dims, data }: FloatTensor, sizes: readonly number[]): FloatTensor {
  const own = dims.slice(dims.length - sizes.length);
  if (own.some((size, i) => size < sizes[i]))
    throw new UnsupportedModel(
      `The graph computes [${own.join(', ')}] where the text has [${sizes.join(', ')}]: it pools its tokens or looks at them in chunks (Funnel, LongT5), or was exported for a part of them. Use a model whose attentions are maps of all tokens to all tokens.`,
    );
  const inner = elementCount(own.slice(1));
  if (own.slice(1).every((size, i) => size === sizes[i + 1])) {
    return floatTensor(sizes, data.subarray(0, (sizes[0] ?? 1) * inner));
  }
  const rest = sizes.slice(1);
  const step = elementCount(rest);
  const out = new Float32Array(sizes[0] * step);
  for (let i = 0; i < sizes[0]; i++)
    out.set(firstOf(floatTensor(own.slice(1), data.subarray(i * inner, (i + 1) * inner)), rest).data, i * step);
  return floatTensor(sizes, out);
}
