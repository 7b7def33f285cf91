import { thinned, type Axis } from '../../../src/shared/axis';
import type { MatrixLayout } from './matrix-layout';

/** Between two labels, so that letters do not touch. */
const rowRoom = 16;
const columnRoom = { tokens: 15, patches: 30 } as const;

export function RowLabels({
  axis,
  layout,
  lit,
}: {
  readonly axis: Axis;
  readonly layout: MatrixLayout;
  readonly lit: readonly number[];
}) {
  return (
    <div class="matrix-rows" style={{ width: `${layout.left}px`, height: `${layout.height}px` }} aria-hidden="true">
      {thinned(axis, layout.cellHeight, rowRoom).map(({ at, text }) => (
        <span
          key={at}
          class={lit.includes(at) ? 'lit' : undefined}
          style={{ top: `${(at + 0.5) * layout.cellHeight}px` }}
        >
          <bdi>{text}</bdi>
        </span>
      ))}
    </div>
  );
}

export function ColumnLabels({
  axis,
  layout,
  lit,
}: {
  readonly axis: Axis;
  readonly layout: MatrixLayout;
  readonly lit: readonly number[];
}) {
  return (
    <div
      class={`matrix-columns ${axis.kind}`}
      style={{ width: `${layout.width}px`, height: `${layout.below}px` }}
      aria-hidden="true"
    >
      {thinned(axis, layout.cellWidth, columnRoom[axis.kind]).map(({ at, text }) => (
        <span
          key={at}
          class={lit.includes(at) ? 'lit' : undefined}
          style={{ left: `${(at + 0.5) * layout.cellWidth}px` }}
        >
          <bdi>{text}</bdi>
        </span>
      ))}
    </div>
  );
}
