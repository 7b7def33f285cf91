import { useMemo } from 'preact/hooks';
import { matrixTop, signedQuantity } from '../../../src/shared/head-matrix';
import { headNumbers, type HeadNumbers } from '../../../src/shared/head-numbers';
import { headOrder } from '../../../src/shared/head-order';
import { heatTop } from '../../../src/shared/scale';
import { drawMatrixWithin } from '../../draw/matrix-within';
import type { HeadSort } from '../../state/heads-view';
import { Canvas } from '../../ui/canvas';
import { Choice } from '../../ui/choice';
import { HeadGrid } from './head-grid';
import { HeadsTable } from './heads-table';
import { useHeads, useHeadsSource, type HeadsItem, type ShownLayer } from './source';
import { comparedTop, shownLayers } from './tops';
import { layerUnits, shownHead } from './units';
import { shownGroup } from './use-layer';

const sorts: Readonly<Record<HeadSort, string>> = {
  index: 'index',
  relevance: 'relevance',
  entropy: 'entropy',
  distance: 'distance',
  sink: 'first token',
};

/** Pixels of a tile's canvas: twice what it has on the page at most. */
const tile = 224;

/** Every head of one layer. */
export function LayerPane({ item, layer }: { readonly item: number; readonly layer: ShownLayer }) {
  const source = useHeadsSource();
  const group = useHeads(shownGroup);
  const head = useHeads(({ cursor }) => cursor.head);
  const view = useHeads(({ view }) => view);
  const items = useHeads(({ items }) => items);
  const { quantity, sort, scale } = view;
  const { heads } = layer;
  const numbers = useNumbers(items[item], layer);
  // Two items have one order, so that the same head stands at the same place.
  const first = useNumbers(items[0], layer);
  const order = useMemo(() => headOrder(first, sort), [first, sort]);
  const onImage = source.image?.onImage(layer, view) ?? false;
  const photo = onImage ? source.image!.photo() : null;
  const units = layerUnits(layer.sides, view);
  const signed = signedQuantity(quantity);
  const rowTops = useMemo(() => {
    if (!photo) return [];
    const tops = Array.from({ length: heads }, (_, h) => heatTop(source.image!.map(layer, shownHead(layer, quantity, h, null)), signed)); // prettier-ignore
    return scale === 'head' ? tops : tops.map(() => Math.max(0, ...tops));
  }, [photo, source, layer, heads, quantity, signed, scale]);
  // The others' tops matter where there are others.
  const others = items.length > 1 ? items : null;

  const picture = (h: number) => (
    <Canvas
      className={onImage ? 'head-picture' : 'head-picture cells'}
      inputs={[layer.tensors, quantity, h, scale, photo, units, others]}
      draw={(canvas) => {
        const matrix = shownHead(layer, quantity, h, units);
        if (photo)
          source.image!.drawTile(canvas, layer, source.image!.map(layer, matrix), { top: rowTops[h]!, signed }, tile); // prettier-ignore
        else {
          const own = scale === 'head' && !others ? matrixTop(matrix, signed) : null;
          drawMatrixWithin(canvas, matrix, { top: own ?? comparedTop(items, view, layer, h), signed });
        }
      }}
    />
  );
  return (
    <div class="layer-pane">
      <HeadGrid
        label={`Heads of ${layer.name}`}
        names={group}
        order={order}
        places={Math.max(...shownLayers(items, layer).map((of) => of.heads))}
        chosen={Math.min(head, heads - 1)}
        numbers={numbers}
        shown={sort === 'index' ? 'relevance' : sort}
        picture={picture}
        onChoose={(head) => source.look({ head })}
      />
      {/* Beside another item it is there for its height alone, so that matrices stand side by side. */}
      <div class={item === 0 ? 'heads-options small' : 'heads-options small unseen'}>
        <span class="option">
          <span class="quiet">sort by</span>
          <Choice label="Sort heads by" value={sort} options={sorts} onChange={(sort) => source.lookHeads({ sort })} />
        </span>
      </div>
      <HeadsTable names={group} rows={numbers.map((number, h) => ({ layer: layer.layer, head: h, numbers: number }))} />
    </div>
  );
}

/** By head of the layer; null where nothing is known. */
function useNumbers(item: HeadsItem | undefined, { layer, heads }: ShownLayer): readonly (HeadNumbers | null)[] {
  const statistics = item?.statistics?.kind === 'here' ? item.statistics.value : null;
  const entry = item?.entry ?? 0;
  return useMemo(
    () => Array.from({ length: heads }, (_, h) => headNumbers(statistics, layer, h, entry)),
    [statistics, layer, heads, entry],
  );
}
