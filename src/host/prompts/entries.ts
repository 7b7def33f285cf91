import type { ModelFacts } from '../models';
import { completions } from '../../shared/prompts/completions';
import type { PromptSets } from './history';
import { lastPhrase, parsePrompts, promptLine, promptProblem, sameness } from '../../shared/prompts/parse';

/** What the entry of prompts offers below its input. */
export type Entry =
  | { readonly kind: 'explain'; readonly prompts: readonly string[]; readonly label: string; readonly detail: string }
  /** Said, not chosen. */
  | {
      readonly kind: 'note';
      readonly icon: 'info' | 'warning' | 'error';
      readonly label: string;
      readonly detail: string;
    }
  | { readonly kind: 'completion'; readonly phrase: string; readonly name: string }
  | { readonly kind: 'set'; readonly from: 'recent' | 'default'; readonly prompts: readonly string[] }
  | { readonly kind: 'separator'; readonly label: string };

export interface EntryInput {
  /** What the user has written so far. */
  readonly text: string;
  readonly recent: PromptSets;
  /** From the settings. */
  readonly defaults: readonly string[];
  readonly model: ModelFacts;
}

const shownCompletions = 6;
const shownSets = 8;

/** The first entry is what Enter does. */
export function entries({ text, recent, defaults, model }: EntryInput): Entry[] {
  const { phrase } = lastPhrase(text);
  const { prompts } = parsePrompts(text);
  const sets = offered(recent, defaults, text);
  const completed = completions(phrase, model.concepts, shownCompletions).filter(
    (completion) => sameness(completion.phrase) !== sameness(phrase),
  );
  // With nothing written, Enter repeats the most recent set; with something, it explains that. Either way it is the very first entry: Enter
  // may be pressed before VS Code shows this list, and VS Code knows entries by their number.
  const [repeated] = prompts.length === 0 ? sets : [];
  const others = sets.filter((set) => set !== repeated);
  return [
    repeated ?? head(prompts, model),
    ...notes(text, model),
    ...section(
      `${model.name} knows`,
      completed.map(({ phrase, name }): Entry => ({ kind: 'completion', phrase, name })),
    ),
    ...section(
      'recent prompts',
      others.filter(({ from }) => from === 'recent'),
    ),
    ...section(
      'default prompts',
      others.filter(({ from }) => from === 'default'),
    ),
    ...(repeated && model.about !== ''
      ? section(model.name, [{ kind: 'note', icon: 'info', label: aboutInShort(model.about), detail: '' }])
      : []),
  ];
}

const section = (label: string, within: readonly Entry[]): Entry[] =>
  within.length === 0 ? [] : [{ kind: 'separator', label }, ...within];

/** What Enter would do, or what stands in its way. */
function head(prompts: readonly string[], model: ModelFacts): Entry {
  const detail = aboutInShort(model.about);
  const problem = promptProblem(prompts);
  if (problem)
    return { kind: 'note', icon: problem.kind === 'empty' ? 'info' : 'error', label: problem.message, detail };
  const count = prompts.length === 1 ? 'this prompt' : `${prompts.length} prompts`;
  return { kind: 'explain', prompts, label: `Explain ${count}: ${prompts.join(' · ')}`, detail };
}

function notes(text: string, { contextLength, name }: ModelFacts): Entry[] {
  const { prompts, duplicates } = parsePrompts(text);
  const warn = (label: string): Entry => ({ kind: 'note', icon: 'warning', label, detail: '' });
  const said = duplicates.map((prompt) => warn(`“${prompt}” is there more than once; it is explained once.`));
  // A word is at least one token, and two are the start and the end: this many words do not fit for certain.
  const room = contextLength - 2;
  const long = prompts.filter((prompt) => prompt.split(' ').length > room);
  return [
    ...said,
    ...long.map((prompt) =>
      warn(
        `“${prompt.slice(0, 24).trimEnd()}…” has ${prompt.split(' ').length} words; ${name} reads at most ${room} tokens, and the rest will be cut.`,
      ),
    ),
  ];
}

type SetEntry = Extract<Entry, { kind: 'set' }>;

/** Sets that hold what is being written; the defaults only where no recent set is the same. */
function offered(recent: PromptSets, defaults: readonly string[], text: string): SetEntry[] {
  const wanted = sameness(text);
  const fits = (prompts: readonly string[]): boolean => {
    const line = sameness(promptLine(prompts));
    return line.includes(wanted) && line !== wanted;
  };
  const found = recent
    .filter(fits)
    .slice(0, shownSets)
    .map((prompts): SetEntry => ({ kind: 'set', from: 'recent', prompts }));
  const { prompts: own } = parsePrompts(promptLine(defaults));
  const known = recent.some((prompts) => sameness(promptLine(prompts)) === sameness(promptLine(own)));
  return own.length === 0 || known || !fits(own) ? found : [...found, { kind: 'set', from: 'default', prompts: own }];
}

/** A line of the list holds about 90 characters. What a model is for, and what not, stands in the last of its sentences. */
export const aboutInShort = (about: string): string =>
  about.length <= 90 ? about : (about.split(/(?<=\.)\s+/u).at(-1) ?? about);
