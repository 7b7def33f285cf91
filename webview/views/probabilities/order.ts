import type { ExplanationRows } from '../../../src/shared/explanation';
import type { SortOrder } from '../../state/view';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Indices of the prompts as the table shows them. What is equal stays as it was given; what is no number is last. */
export function orderedPrompts({ prompts }: Pick<ExplanationRows, 'prompts'>, sort: SortOrder): readonly number[] {
  const order = prompts.map((_, k) => k);
  if (!sort) return order;
  const { by, ascending } = sort;
  const sign = ascending ? 1 : -1;
  return order.sort((a, b) => {
    if (by === 'prompt') return sign * collator.compare(prompts[a]!.text, prompts[b]!.text);
    const [x, y] = [prompts[a]![by], prompts[b]![by]];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    // Probabilities may be equal to the last digit where the logits are not.
    return sign * (x - y || prompts[a]!.logit - prompts[b]!.logit);
  });
}

/** What a click on a heading does: the strongest first (or A to Z), then the other way round, then as given. */
export function nextSort(sort: SortOrder, by: NonNullable<SortOrder>['by']): SortOrder {
  const first = by === 'prompt';
  if (sort?.by !== by) return { by, ascending: first };
  return sort.ascending === first ? { by, ascending: !first } : null;
}
