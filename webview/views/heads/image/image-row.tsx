import { useRef } from 'preact/hooks';
import { patchName } from '../../../../src/shared/axis';
import { valueText } from '../../../../src/shared/format';
import type { Grid } from '../../../../src/shared/geometry';
import type { PanelImage } from '../../../../src/shared/panel-protocol';
import { cropAspect, drawPatchRow } from '../../../draw/patch-heat';
import { Canvas } from '../../../ui/canvas';
import { rove } from '../../../ui/roving';

export interface ImageRowProps {
  readonly image: PanelImage;
  /** [patches]. */
  readonly map: ArrayLike<number>;
  readonly top: number;
  readonly signed: boolean;
  /** Whose row this is: "CLS", "r3c4". */
  readonly from: string;
  /** The patch whose row this is, where it is one. */
  readonly asked: number | null;
  /** The patch under the pointer or the focus, in whatever view. */
  readonly lit: number | null;
  readonly onPoint: (patch: number | null) => void;
  /** null: the row is the only one. */
  readonly onChoose: ((patch: number) => void) | null;
}

/** Pixels of the canvas across. */
const fine = 480;

/** One row of a head on what the model saw: where one query looks. Pointer and arrow keys go from patch to patch. */
export function ImageRow({ image, map, top, signed, from, asked, lit, onPoint, onChoose }: ImageRowProps) {
  const frame = useRef<HTMLDivElement>(null);
  const cursor = useRef(0);
  const { grid } = image.explained;
  const [rows, columns] = grid;
  const patches = rows * columns;
  const under = ({ clientX, clientY }: MouseEvent): number => {
    const box = frame.current!.getBoundingClientRect();
    const cell = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return cell((clientY - box.top) / box.height, rows) * columns + cell((clientX - box.left) / box.width, columns);
  };
  const read = lit !== null && lit < patches ? lit : null;
  return (
    <div class="image-row">
      <div
        ref={frame}
        class="image-row-frame"
        role="application"
        aria-roledescription="patches of the image"
        aria-label={`Row of ${from} on the image, ${rows} × ${columns} patches. Arrow keys go from patch to patch${onChoose ? ', Enter chooses the patch whose row is shown' : ''}.`}
        tabIndex={0}
        style={{ aspectRatio: `${cropAspect(image)}` }}
        onPointerMove={(event) => {
          const patch = under(event);
          if (patch !== lit) onPoint(patch);
        }}
        onPointerLeave={() => onPoint(frame.current === document.activeElement ? cursor.current : null)}
        onClick={(event) => onChoose?.((cursor.current = under(event)))}
        onFocus={() => frame.current!.matches(':focus-visible') && onPoint(cursor.current)}
        onBlur={() => onPoint(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') {
            onChoose?.(cursor.current);
            event.preventDefault();
            event.stopPropagation();
          }
          rove(event, cursor.current, { count: patches, columns }, (to) => onPoint((cursor.current = to)));
        }}
      >
        <Canvas
          inputs={[image, map, top, signed]}
          draw={(canvas) => drawPatchRow(canvas, image, map, { top, signed }, fine)}
        />
        {asked !== null && <i class="patch-mark asked" style={patchPlace(asked, grid)} aria-hidden="true" />}
        {read !== null && <i class="patch-mark" style={patchPlace(read, grid)} aria-hidden="true" />}
      </div>
      <output class="small image-row-value">
        {read === null ? (
          <span class="quiet">{onChoose && 'click a patch to see its own row'}</span>
        ) : (
          <>
            {from} → {patchName(read, columns)} <b>{valueText(map[read]!)}</b>
          </>
        )}
      </output>
    </div>
  );
}

/** In shares of the crop. */
export const patchPlace = (patch: number, [rows, columns]: Grid) => ({
  left: `${(100 * (patch % columns)) / columns}%`,
  top: `${(100 * Math.floor(patch / columns)) / rows}%`,
  width: `${100 / columns}%`,
  height: `${100 / rows}%`,
});
