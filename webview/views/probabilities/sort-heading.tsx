import type { ComponentChildren } from 'preact';
import type { SortOrder } from '../../state/view';

/** A heading that sorts by its column, and back to how the prompts were given. */
export function SortHeading({
  by,
  sort,
  className,
  mark,
  name,
  children,
  onSort,
}: {
  readonly by: NonNullable<SortOrder>['by'];
  /** null where the table is sorted otherwise. */
  readonly sort: SortOrder;
  readonly className?: string;
  readonly mark?: ComponentChildren;
  /** Where what is shown is not the whole name. */
  readonly name?: string;
  readonly children: ComponentChildren;
  readonly onSort: () => void;
}) {
  const mine = sort?.by === by ? sort : null;
  const order = mine ? (mine.ascending ? 'ascending' : 'descending') : 'none';
  return (
    <th scope="col" class={className} aria-sort={order}>
      <button type="button" class="flat sort" aria-label={name} title={`Sort by ${name ?? by}`} onClick={onSort}>
        {children}
        <span class="sort-mark" aria-hidden="true">
          {mine ? (mine.ascending ? '↑' : '↓') : ''}
        </span>
      </button>
      {mark}
    </th>
  );
}
