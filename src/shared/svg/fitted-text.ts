import { clipped, displayWidth } from '../width';

/** A line of text that fits, and about how wide it is: a file has no layout, so widths are those of an average letter. */
export interface FittedText {
  readonly text: string;
  /** In pixels. */
  readonly width: number;
}

/** Of a sans-serif face, in parts of its size; wide letters count twice. */
const averageLetter = 0.58;

export function fittedText(text: string, size: number, most: number): FittedText {
  const column = averageLetter * size;
  const columns = Math.max(1, Math.floor(most / column));
  // Only the start is looked at: a prompt may have ten thousand letters.
  const line = clipped(text.slice(0, 20 * columns).replace(/\s+/gu, ' '), columns);
  return { text: line, width: displayWidth(line) * column };
}
