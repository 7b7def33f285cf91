import { useRef } from 'preact/hooks';
import { valueText } from '../../../src/shared/format';
import type { Grid } from '../../../src/shared/geometry';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { hoveredPatch } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { markPlace, patchUnder } from './mark-place';
import { Photo } from './photo';
import type { ShownMap } from './shown';
import { strongest } from './strongest';

/**
 * One picture of the panel as a grid of patches: pointer and arrow keys go from patch to patch, a click or Enter asks where that patch
 * itself attends. For screen readers it is a grid of which only the cell under the cursor exists.
 */
export function PatchGrid({
  image,
  index,
  shown,
  label,
  onOutside,
}: {
  readonly image: PanelImage;
  /** Of the panel's images. */
  readonly index: number;
  readonly shown: ShownMap;
  readonly label: string;
  /** The pointer is where the model saw nothing, or no longer is. */
  readonly onOutside: (outside: boolean) => void;
}) {
  const controller = useController();
  const overlay = useApp(({ view }) => view!.overlay);
  const query = useApp(({ view }) => (view!.image === index ? view!.query : null));
  const frame = useRef<HTMLDivElement>(null);
  /** Where the arrow keys are; it stays when the focus goes. */
  const cursor = useRef<number | null>(null);
  const { explained } = image;
  const { grid, vision } = explained;
  const { width, height } = explained.image;
  const [rows, columns] = grid;
  const id = `patch-of-${index}`;

  /** By keyboard: a mouse that leaves takes its outline along. */
  const focused = (): boolean => frame.current!.matches(':focus-visible');
  const go = (patch: number | null): void => controller.hover(patch === null ? null : { kind: 'patch', patch });
  const under = (event: MouseEvent): number | null => patchUnder(frame.current!, image, event);
  const ask = (patch: number): void => {
    const token = vision.prefix + patch;
    const view = controller.store.get().view!;
    // Of two pictures the first click chooses one.
    if (view.image !== index) controller.look({ image: index, query: null });
    else controller.look({ query: query === token ? null : token });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const patch = cursor.current ?? strongest(shown.map);
    const next = moved(event, patch, grid);
    if (next !== null) {
      cursor.current = next;
      go(next);
    } else if (event.key === 'Enter' || event.key === ' ') ask(patch);
    else if (event.key === 'Escape' && query !== null) controller.look({ query: null });
    else return;
    // The panel's own keys mean other things.
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={frame}
      class="photo-frame"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-activedescendant={id}
      style={{ '--aspect': `${width / height}` }}
      onPointerMove={(event) => {
        const patch = under(event);
        onOutside(patch === null);
        if (patch !== shownPatch(controller.store.get().hover)) go(patch);
      }}
      onPointerLeave={() => {
        onOutside(false);
        go(focused() ? cursor.current : null);
      }}
      onClick={(event) => {
        const patch = under(event);
        if (patch === null) return controller.look(index === controller.store.get().view!.image ? {} : { image: index, query: null }); // prettier-ignore
        cursor.current = patch;
        ask(patch);
      }}
      onKeyDown={onKeyDown}
      onFocus={() => {
        // A click has its own patch; the keyboard begins where it was, or at the strongest.
        if (!focused()) return;
        cursor.current ??= strongest(shown.map);
        go(cursor.current);
      }}
      onBlur={() => go(null)}
    >
      <Photo image={image} heat={shown} opacity={overlay.on ? overlay.opacity : null} />
      <Marks image={image} id={id} map={shown.map} query={query} />
    </div>
  );
}

const shownPatch = (hover: { readonly kind: string; readonly patch?: number } | null): number | null =>
  hover?.kind === 'patch' ? hover.patch! : null;

/** Where a key leads from a patch; null: the key is none of the grid's. */
function moved({ key, ctrlKey }: KeyboardEvent, patch: number, [rows, columns]: Grid): number | null {
  const [row, column] = [Math.floor(patch / columns), patch % columns];
  const at = (r: number, c: number): number =>
    Math.min(rows - 1, Math.max(0, r)) * columns + Math.min(columns - 1, Math.max(0, c));
  switch (key) {
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'Home':
      return ctrlKey ? 0 : at(row, 0);
    case 'End':
      return ctrlKey ? rows * columns - 1 : at(row, columns - 1);
    case 'PageUp':
      return at(0, column);
    case 'PageDown':
      return at(rows - 1, column);
    default:
      return null;
  }
}

/** The outlines of the patch that is looked at, which is also the grid's cell, and of the one that was asked. */
function Marks({
  image,
  id,
  map,
  query,
}: {
  readonly image: PanelImage;
  readonly id: string;
  readonly map: Float32Array;
  readonly query: number | null;
}) {
  const { grid, vision } = image.explained;
  const hovered = useApp(hoveredPatch);
  const patch = hovered !== null && hovered < grid[0] * grid[1] ? hovered : null;
  const asked = query === null ? null : query - vision.prefix;
  const read = patch ?? (asked !== null && asked >= 0 ? asked : strongest(map));
  const [row, column] = [Math.floor(read / grid[1]), read % grid[1]];
  return (
    <>
      {asked !== null && asked >= 0 && (
        <div class="picture-mark asked" style={markPlace(image, asked)} aria-hidden="true" />
      )}
      <div role="row" aria-rowindex={row + 1}>
        <div
          id={id}
          role="gridcell"
          aria-colindex={column + 1}
          aria-selected={asked === read}
          class={`picture-mark${patch === null ? ' unlit' : ''}${row === 0 ? ' top' : ''}${2 * column >= grid[1] ? ' right' : ''}`}
          style={markPlace(image, read)}
        >
          <span class="picture-mark-number" aria-hidden="true">
            {read}
          </span>
          <span class="spoken">{`patch ${read}, row ${row}, column ${column}: ${valueText(map[read]!)}`}</span>
        </div>
      </div>
    </>
  );
}
