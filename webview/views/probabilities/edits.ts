import { parsePrompts, promptProblem, sameness } from '../../../src/shared/prompts/parse';
import { quoted } from '../../../src/shared/quoted';

/** What a text typed at a place of the list would make of the prompts, or the sentence that says why it cannot. */
export type Edit =
  | { readonly kind: 'prompts'; readonly prompts: readonly string[] }
  | { readonly kind: 'problem'; readonly message: string };

/** @param place of the prompt that is replaced; the list's length: one is added. Separators make several of the text. */
export function edited(prompts: readonly string[], place: number, text: string): Edit {
  const { prompts: typed, duplicates } = parsePrompts(text);
  const others = prompts.filter((_, i) => i !== place);
  const known = new Set(others.map(sameness));
  const twice = typed.find((prompt) => known.has(sameness(prompt))) ?? duplicates[0];
  if (typed.length === 0) return { kind: 'problem', message: 'A prompt needs a word. Write one, or press Escape.' };
  if (twice !== undefined) return { kind: 'problem', message: `${quoted(twice)} is there already.` };
  // Of what was typed alone: a prompt that came from elsewhere may be longer, and is shown as it is.
  const problem = promptProblem(typed);
  const all = [...prompts.slice(0, place), ...typed, ...prompts.slice(place + 1)];
  const many = problem ?? (all.length > prompts.length ? promptProblem(all.map(() => 'x')) : null);
  return many ? { kind: 'problem', message: many.message } : { kind: 'prompts', prompts: all };
}

/** Where the target is after the prompt at `place` has gone: on the same prompt, or on the one that took its place. */
export const targetWithout = (target: number, place: number, count: number): number =>
  Math.min(count - 2, target > place ? target - 1 : target);
