import { useMemo } from 'preact/hooks';
import { headMatrix, layerTop, signedQuantity } from '../../../../src/shared/head-matrix';
import { patchRow } from '../../../../src/shared/head-row';
import { heatTop } from '../../../../src/shared/scale';
import { hoveredPatch, shownImage } from '../../../state/selectors';
import { useApp, useController } from '../../../state/use-app';
import { useHeads, type ShownLayer } from '../source';
import { framedRow } from './framed';
import { ImageRow } from './image-row';

/** Beside an enlarged head of the vision tower: one of its rows on the image, and the head's numbers. */
export function RowOnImage({ layer }: { readonly layer: ShownLayer }) {
  const controller = useController();
  const image = useApp((state) => shownImage(state)!);
  const view = useApp(({ view }) => view!);
  const hover = useApp(({ hover }) => hover);
  const lit = useApp(hoveredPatch);
  const { tensors, sides } = layer;
  const { explained, pooled } = layer.image!;
  const { quantity, scale } = useHeads(({ view }) => view);
  const head = Math.min(view.head, layer.heads - 1);
  const matrix = headMatrix(tensors, quantity, head);
  const signed = signedQuantity(quantity);
  // The row under the pointer, else the one that was chosen.
  const pointed = hover?.kind === 'cell' && hover.query < matrix.rows ? hover.query : null;
  const query = pooled ? null : (pointed ?? view.query);
  const framed = framedRow(layer.image!, query).query;
  const map = useMemo(() => patchRow(explained, matrix, query), [explained, matrix, query]);
  const top = scale === 'head' ? heatTop(map, signed) : layerTop(tensors, quantity);
  const from = framed === null ? 'the patches, as the pooling head weighs them,' : sides.query.axis.name(framed);
  const asked = query === null || query < explained.vision.prefix ? null : query - explained.vision.prefix;
  const choose = (patch: number): void => {
    const token = explained.vision.prefix + patch;
    controller.look({ query: token === view.query ? null : token });
  };
  return (
    <section class="row-on-image" aria-label="Row on the image">
      <h2>{framed === null ? 'Rows' : `Row ${sides.query.axis.name(framed)}`} on the image</h2>
      <ImageRow
        image={image}
        map={map}
        top={top}
        signed={signed}
        from={framed === null ? 'pooled' : from}
        asked={asked}
        lit={lit}
        onPoint={(patch) => controller.hover(patch === null ? null : { kind: 'patch', patch })}
        onChoose={pooled ? null : choose}
      />
      {framed === null && (
        <p class="small quiet">This tower has no CLS: the rows are weighed as its pooling head attends the patches.</p>
      )}
      {view.query !== null && !pooled && (
        <button type="button" class="text-toggle small" onClick={() => controller.look({ query: null })}>
          back to {explained.vision.readOut === 'cls' ? 'CLS' : 'the pooled rows'}
        </button>
      )}
    </section>
  );
}
