/** A stretch of a document: UTF-16 units from its start, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** As VS Code says that a document has changed. */
export interface Edit {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Where a stretch is after edits that happened at once; null: nothing of it is left. What is written at its edges belongs to it, as while a
 * sentence is continued, unless it begins another line.
 */
export function movedBy(span: Span, edits: readonly Edit[]): Span | null {
  let now: Span | null = span;
  // All offsets are of the document before: the last ones first, none of them moves another.
  for (const edit of [...edits].sort((a, b) => b.rangeOffset - a.rangeOffset)) now &&= movedByOne(now, edit);
  return now;
}

function movedByOne({ start, end }: Span, { rangeOffset: from, rangeLength, text }: Edit): Span | null {
  const to = from + rangeLength;
  const by = text.length - rangeLength;
  if (rangeLength === 0 && (from === start || from === end)) {
    const own = !/[\r\n]/.test(text);
    if (from === end) return { start, end: own ? end + by : end };
    return { start: own ? start : start + by, end: end + by };
  }
  if (to <= start) return { start: start + by, end: end + by };
  if (from >= end) return { start, end };
  if (from >= start && to <= end) return filled({ start, end: end + by });
  // Over an edge: what is within of the old text is gone, and the new text belongs to the other side.
  if (from < start && to < end) return { start: from + text.length, end: end + by };
  if (from > start) return { start, end: from };
  return null;
}

const filled = (span: Span): Span | null => (span.end > span.start ? span : null);

/** Where a text that was lost is found again: the occurrence next to where it was, or null. */
export function nearestOccurrence(document: string, text: string, start: number): Span | null {
  if (text === '') return null;
  const before = document.lastIndexOf(text, start);
  const after = document.indexOf(text, start);
  if (before < 0 && after < 0) return null;
  const nearest = after < 0 || (before >= 0 && start - before <= after - start) ? before : after;
  return { start: nearest, end: nearest + text.length };
}
