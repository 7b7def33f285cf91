import { useMemo } from 'preact/hooks';
import { headMatrix, layerTop, matrixTop, signedQuantity } from '../../../src/shared/head-matrix';
import { matrixSvg } from '../../../src/shared/svg/matrix';
import { themeColours } from '../../export/theme-colours';
import { useSvgView } from '../../export/svg-views';
import { headTable, matrixPng } from '../../draw/matrix';
import { layerName, type ShownLayer } from '../../state/heads-selectors';
import { useApp, useController } from '../../state/use-app';
import type { HeadsView } from '../../state/view';
import { Choice } from '../../ui/choice';
import { framedQuery } from './framed';
import { HeatLegend } from './heat-legend';
import { litCells } from './lit';
import { MatrixTable } from './matrix-table';
import { MatrixView } from './matrix-view';

const scales: Readonly<Record<HeadsView['scale'], string>> = { head: 'head', layer: 'layer' };

/** The chosen head, large: every entry with its query, its key and its value. */
export function Enlarged({ layer }: { readonly layer: ShownLayer }) {
  const controller = useController();
  const { quantity, scale } = useApp(({ view }) => view!.heads);
  const head = Math.min(
    useApp(({ view }) => view!.head),
    layer.heads - 1,
  );
  const query = useApp(({ view }) => view!.query);
  const hover = useApp(({ hover }) => hover);
  const { tensors, rowAxis, columnAxis, explained, tower } = layer;
  const matrix = headMatrix(tensors, quantity, head);
  const signed = signedQuantity(quantity);
  const top = scale === 'head' ? matrixTop(matrix, signed) : layerTop(tensors, quantity);
  const framed = framedQuery(layer, query);
  const lit = useMemo(() => litCells(hover, layer, framed), [hover, layer, framed]);
  const place = `head ${head} of ${layerName(explained, tower, layer.layer)}`;
  const what = `${quantity === 'product' ? 'attention × gradient' : quantity}, ${place}, ${tower} tower`;
  useSvgView(place, () =>
    matrixSvg({
      matrix,
      top,
      signed,
      table: headTable(signed),
      rowAxis,
      columnAxis,
      title: what,
      colours: themeColours(),
      picture: () => matrixPng(matrix, { top, signed }),
    }),
  );
  return (
    <section class="enlarged" aria-label={place}>
      <h2>
        {tower === 'text' || layer.pooled ? `${layerName(explained, tower, layer.layer)} · ` : ''}Head {head} ·{' '}
        {matrix.rows} × {matrix.columns}
      </h2>
      <MatrixView
        matrix={matrix}
        top={top}
        signed={signed}
        rowAxis={rowAxis}
        columnAxis={columnAxis}
        label={`${what}: ${matrix.rows} queries × ${matrix.columns} keys. Arrow keys go from entry to entry.`}
        lit={lit}
        framed={framed}
        onPoint={(cell) => controller.hover(cell && { kind: 'cell', ...cell })}
        onChoose={({ query: to }) => {
          if (tower === 'vision' && !layer.pooled) controller.look({ query: to === framed ? null : to });
        }}
      />
      <div class="heads-options small">
        <HeatLegend top={top} signed={signed} />
        <span class="quiet">scale of the</span>
        <Choice label="Scale" value={scale} options={scales} onChange={(scale) => controller.lookHeads({ scale })} />
      </div>
      <MatrixTable
        matrix={matrix}
        rowAxis={rowAxis}
        columnAxis={columnAxis}
        query={lit.queries[0] ?? framed ?? 0}
        name={what}
      />
    </section>
  );
}
