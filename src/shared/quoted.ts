import { clipped } from './width';

/** Marks that would turn the rest of a sentence around, and what would break its line. */
const commanding = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * A user's text within a sentence that is an attribute or a spoken line, where no <bdi> can stand: quoted, isolated from the direction of its
 * surroundings, and cut to about `columns` letters.
 */
export function quoted(text: string, columns = 60): string {
  // Segmenting all of a very long text takes longer than a frame.
  const start = text.length > 20 * columns ? text.slice(0, 20 * columns) : text;
  return `“\u2068${clipped(start.replace(commanding, ' ').replace(/\s+/gu, ' ').trim(), columns)}\u2069”`;
}
