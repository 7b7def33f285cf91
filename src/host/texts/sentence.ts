import type { Span } from './span';

/** What may stand before the words of a line: white space, comment and list marks, quotes of Markdown, headings. */
const lead = /^\s*(?:(?:\/\/[/!]?|\/?\*+(?!\*)|#+|--+|;+|%+|>+|[-+•]|\d{1,3}[.)]|<!--|"""|''')\s+)*/u;
/** What may stand behind them. */
const trail = /\s*(?:\*+\/|-->|"""|''')?\s*$/u;

/**
 * The sentence of a line around a column, without the marks of comments, lists and headings; null where the line has no words. Languages without
 * white space between sentences are cut as Unicode says (UAX #29).
 */
export function sentenceAt(line: string, column: number): Span | null {
  const from = lead.exec(line)![0].length;
  const to = Math.max(from, line.length - trail.exec(line)![0].length);
  const words = line.slice(from, to);
  if (!/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(words)) return null;
  const segments = [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(words)];
  const at = Math.min(Math.max(column - from, 0), Math.max(0, words.length - 1));
  const found = segments.find(({ index, segment }) => at >= index && at < index + segment.length) ?? segments[0]!;
  const start = from + found.index;
  return { start, end: start + found.segment.trimEnd().length };
}
