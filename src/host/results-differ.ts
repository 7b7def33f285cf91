import type { Settings } from './settings';

type Results = readonly (keyof Settings)[];

/** What another explanation depends on; how fast it is made, and how it is first shown, do not count. */
const decisive: Readonly<Record<'image' | 'text', Results>> = {
  image: ['model', 'logitScale', 'imageLimitMegapixels'],
  text: ['textModel', 'maxTokens'],
};

/** Whether an explanation of this kind is another one under other settings. */
export const resultsDiffer = (kind: 'image' | 'text', before: Settings, now: Settings): boolean =>
  decisive[kind].some((name) => before[name] !== now[name]);
