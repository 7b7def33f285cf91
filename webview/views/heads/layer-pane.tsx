import { useMemo } from 'preact/hooks';
import { headMatrix, layerTop, matrixTop, signedQuantity } from '../../../src/shared/head-matrix';
import { headNumbers, type HeadNumbers } from '../../../src/shared/head-numbers';
import { headOrder } from '../../../src/shared/head-order';
import { patchRow } from '../../../src/shared/head-row';
import { heatTop } from '../../../src/shared/scale';
import { drawMatrixWithin } from '../../draw/matrix-within';
import { drawPatchRow } from '../../draw/patch-heat';
import { layerName, shownStatistics, type ShownLayer } from '../../state/heads-selectors';
import { shownImage } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { Canvas } from '../../ui/canvas';
import { Choice } from '../../ui/choice';
import type { HeadSort } from '../../state/view';
import { HeadGrid } from './head-grid';
import { HeadsTable } from './heads-table';

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
export function LayerPane({ layer }: { readonly layer: ShownLayer }) {
  const controller = useController();
  const image = useApp((state) => shownImage(state)!);
  const head = useApp(({ view }) => view!.head);
  const prompt = useApp(({ view }) => view!.prompt);
  const { quantity, show, sort, scale } = useApp(({ view }) => view!.heads);
  const statistics = useApp(shownStatistics);
  const { tensors, heads, tower, explained } = layer;

  const numbers = useMemo(
    () => Array.from({ length: heads }, (_, h): HeadNumbers | null => headNumbers(statistics, tower, layer.layer, h, prompt)), // prettier-ignore
    [statistics, tower, layer, heads, prompt],
  );
  const order = useMemo(() => headOrder(numbers, sort), [numbers, sort]);
  const onImage = tower === 'vision' && (show === 'image' || layer.pooled);
  const signed = signedQuantity(quantity);
  const rowTops = useMemo(() => {
    if (!onImage) return [];
    const tops = Array.from({ length: heads }, (_, h) => heatTop(patchRow(explained, headMatrix(tensors, quantity, h), null), signed)); // prettier-ignore
    return scale === 'head' ? tops : tops.map(() => Math.max(0, ...tops));
  }, [onImage, heads, explained, tensors, quantity, signed, scale]);

  const picture = (h: number) => (
    <Canvas
      className={onImage ? 'head-picture' : 'head-picture cells'}
      inputs={[tensors, quantity, h, onImage, scale, image]}
      draw={(canvas) => {
        const matrix = headMatrix(tensors, quantity, h);
        if (onImage) drawPatchRow(canvas, image, patchRow(explained, matrix, null), { top: rowTops[h]!, signed }, tile);
        else drawMatrixWithin(canvas, matrix, { top: scale === 'head' ? matrixTop(matrix, signed) : layerTop(tensors, quantity), signed }); // prettier-ignore
      }}
    />
  );
  return (
    <div class="layer-pane">
      <HeadGrid
        label={`Heads of ${layerName(explained, tower, layer.layer)}`}
        tower={tower}
        order={order}
        chosen={Math.min(head, heads - 1)}
        numbers={numbers}
        shown={sort === 'index' ? 'relevance' : sort}
        picture={picture}
        onChoose={(head) => controller.look({ head })}
      />
      <div class="heads-options small">
        <span class="quiet">sort by</span>
        <Choice
          label="Sort heads by"
          value={sort}
          options={sorts}
          onChange={(sort) => controller.lookHeads({ sort })}
        />
      </div>
      <HeadsTable tower={tower} rows={numbers.map((number, h) => ({ layer: layer.layer, head: h, numbers: number }))} />
    </div>
  );
}
