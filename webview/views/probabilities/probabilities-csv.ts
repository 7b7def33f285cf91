import { csvText } from '../../../src/shared/csv';
import type { PanelImage } from '../../../src/shared/panel-protocol';

/** The table with all its digits, in the order in which the prompts were given; a pair of columns for each image that is compared. */
export function probabilitiesCsv(images: readonly PanelImage[]): string {
  const of = (what: string, name: string): string => (images.length > 1 ? `${what} of ${name}` : what);
  const heads = images.flatMap(({ name }) => [of('logit', name), of('probability', name)]);
  const prompts = images[0]?.explained.prompts ?? [];
  const rows = prompts.map(({ text }, k) => [
    text,
    ...images.flatMap(({ explained }) => [explained.prompts[k]!.logit, explained.prompts[k]!.probability]),
  ]);
  return csvText([['prompt', ...heads], ...rows]);
}
