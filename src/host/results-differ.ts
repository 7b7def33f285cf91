import type { Settings } from './settings';

/** Whether an explanation under other settings is another explanation; how fast it is made, and how it is first shown, do not count. */
export const resultsDiffer = (before: Settings, now: Settings): boolean =>
  (['model', 'logitScale', 'imageLimitMegapixels'] as const).some((name) => before[name] !== now[name]);
