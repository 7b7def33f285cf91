import type { ResizeRule } from './config';
import type { Extent } from './processors';

/** The size that a rule gives to an image, with the roundings of transformers. */
export function resizedExtent(image: Extent, rule: ResizeRule): Extent {
  if (rule.kind === 'exact') return { width: rule.width, height: rule.height };
  const { short, long } = rule.kind === 'detr' ? detrEdges(image, rule) : shortestEdges(image, rule);
  return image.width <= image.height ? { width: short, height: long } : { width: long, height: short };
}

interface Edges {
  readonly short: number;
  readonly long: number;
}

interface EdgeRule {
  readonly edge: number;
  readonly longest: number | null;
}

const edgesOf = ({ width, height }: Extent): Edges => ({
  short: Math.min(width, height),
  long: Math.max(width, height),
});

/** get_resize_output_image_size of image_transforms.py: the long edge is truncated, not rounded. */
function shortestEdges(image: Extent, { edge, longest }: EdgeRule): Edges {
  const { short, long } = edgesOf(image);
  const newLong = Math.trunc((edge * long) / short);
  if (longest !== null && newLong > longest) return { short: Math.trunc((longest * edge) / newLong), long: longest };
  return { short: edge, long: newLong };
}

/** get_size_with_aspect_ratio of image_processing_detr.py. */
function detrEdges(image: Extent, { edge, longest }: EdgeRule): Edges {
  const { short, long } = edgesOf(image);
  const limited = longest !== null && (long / short) * edge > longest ? (longest * short) / long : null;
  const newShort = limited === null ? edge : roundHalfEven(limited);
  if (short === newShort) return { short, long };
  return { short: newShort, long: Math.trunc(((limited ?? edge) * long) / short) };
}

/** Python's round(). */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
