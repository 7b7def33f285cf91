/**
 * Prompts as they stand in one line: separated by `;` (or its full-width form, or a new line). A prompt that holds a separator itself is
 * written in double quotes, where "" means one quote.
 */
export interface Parsed {
  /** Distinct, in the order of writing, runs of white space made one space. */
  readonly prompts: readonly string[];
  /** What was said before, regardless of case; as first written, each once. */
  readonly duplicates: readonly string[];
}

/** Why some prompts cannot be explained as they are: a whole sentence. */
export interface PromptProblem {
  readonly kind: 'empty' | 'too-long' | 'too-many';
  readonly message: string;
}

/** Far above what any text tower reads; a paste of the wrong thing is said here and not computed. */
export const maxPromptLength = 2000;

/** Each prompt is a backward pass. */
export const maxPrompts = 64;

export function parsePrompts(text: string): Parsed {
  const said = segments(text)
    .map((segment) => unquoted(segment.text).replace(/\s+/gu, ' ').trim())
    .filter((prompt) => prompt !== '');
  const seen = new Map<string, string>();
  const duplicates = new Set<string>();
  for (const prompt of said) {
    const known = seen.get(sameness(prompt));
    if (known === undefined) seen.set(sameness(prompt), prompt);
    else duplicates.add(known);
  }
  return { prompts: [...seen.values()], duplicates: [...duplicates] };
}

/** Two prompts with the same key are one for the reader: case, composition of accents and white space aside. */
export const sameness = (prompt: string): string => prompt.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase();

/** The prompts in one line, such that parsePrompts gives them back. */
export const promptLine = (prompts: readonly string[]): string => prompts.map(quotedIfNeeded).join('; ');

/** null: nothing stands in the way. */
export function promptProblem(prompts: readonly string[]): PromptProblem | null {
  if (prompts.length === 0)
    return { kind: 'empty', message: 'There is no prompt yet. Say what to look for in the image, such as “a rocket”.' };
  if (prompts.length > maxPrompts)
    return {
      kind: 'too-many',
      message: `These are ${prompts.length} prompts; at most ${maxPrompts} are explained at once. Leave some out.`,
    };
  const long = prompts.findIndex((prompt) => prompt.length > maxPromptLength);
  if (long < 0) return null;
  const which = prompts.length === 1 ? 'The prompt' : `Prompt ${long + 1}`;
  return {
    kind: 'too-long',
    message: `${which} has ${prompts[long]!.length} characters; at most ${maxPromptLength} are read. Shorten it.`,
  };
}

/** The phrase being written, which is the last, and where it begins. */
export function lastPhrase(text: string): { readonly start: number; readonly phrase: string } {
  const last = segments(text).at(-1) ?? { start: 0, text: '' };
  const indent = last.text.length - last.text.trimStart().length;
  return { start: last.start + indent, phrase: last.text.slice(indent) };
}

/** The line with another phrase in the place of the last one. */
export function withLastPhrase(text: string, phrase: string): string {
  const { start } = lastPhrase(text);
  const before = text.slice(0, start);
  return `${before}${/[;；]$/u.test(before) ? ' ' : ''}${quotedIfNeeded(phrase)}`;
}

interface Segment {
  readonly start: number;
  /** With its quotes and white space. */
  readonly text: string;
}

/** A quoted prompt, up to the separator behind it, or any run without separators. */
const segment = /\s*"(?:[^"]|"")*"[^\S\n]*(?=[;；\n]|$)|[^;；\n]*/uy;

function segments(text: string): Segment[] {
  const found: Segment[] = [];
  for (let start = 0; start <= text.length;) {
    segment.lastIndex = start;
    const part = segment.exec(text)?.[0] ?? '';
    found.push({ start, text: part });
    start += part.length + 1;
  }
  return found;
}

function unquoted(text: string): string {
  const quoted = /^\s*"((?:[^"]|"")*)"\s*$/u.exec(text);
  return quoted ? quoted[1]!.replaceAll('""', '"') : text;
}

const quotedIfNeeded = (prompt: string): string =>
  /[;；\n]|^\s*"/u.test(prompt) ? `"${prompt.replaceAll('"', '""')}"` : prompt;
