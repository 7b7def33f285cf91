import { sameness } from '../../shared/prompts/parse';

/** Sets of prompts, most recent first. */
export type PromptSets = readonly (readonly string[])[];

export const maxSets = 30;

/** A set is the same whatever the case of its prompts; their order counts, since it is the order of the answer. */
const key = (prompts: readonly string[]): string => JSON.stringify(prompts.map(sameness));

/** The set is first; an older one like it is gone. */
export const remembered = (sets: PromptSets, prompts: readonly string[]): PromptSets =>
  [prompts, ...without(sets, prompts)].slice(0, maxSets);

export const without = (sets: PromptSets, prompts: readonly string[]): PromptSets =>
  sets.filter((set) => key(set) !== key(prompts));

/** What is stored may be from another version, or damaged: whatever is no set of prompts is left out. */
export const readSets = (stored: unknown): PromptSets =>
  Array.isArray(stored)
    ? stored.filter(
        (set): set is string[] => Array.isArray(set) && set.length > 0 && set.every((p) => typeof p === 'string'),
      )
    : [];
