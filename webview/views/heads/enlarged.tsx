import { useMemo } from 'preact/hooks';
import { matrixTop, signedQuantity } from '../../../src/shared/head-matrix';
import { matrixSvg } from '../../../src/shared/svg/matrix';
import { themeColours } from '../../export/theme-colours';
import { useSvgView } from '../../export/svg-views';
import { headTable, matrixPng } from '../../draw/matrix';
import type { HeadsView } from '../../state/heads-view';
import { Choice } from '../../ui/choice';
import { activeOf } from './active-heads';
import { HeatLegend } from './heat-legend';
import { MatrixTable } from './matrix-table';
import { MatrixView } from './matrix-view';
import { useHeads, useHeadsSource, type ShownLayer } from './source';
import { comparedTop, shownLayers } from './tops';
import { framedUnits, layerUnits, litUnits, shownAxes, shownCombination, shownHead, tokenAt } from './units';
import { shownGroup } from './use-layer';

const scales: Readonly<Record<HeadsView['scale'], string>> = { head: 'head', layer: 'layer' };

/** The chosen head, or several taken together, large: every entry with its query, its key and its value. */
export function Enlarged({ item, layer }: { readonly item: number; readonly layer: ShownLayer }) {
  const source = useHeadsSource();
  const view = useHeads(({ view }) => view);
  const group = useHeads(shownGroup);
  const head = Math.min(
    useHeads(({ cursor }) => cursor.head),
    layer.heads - 1,
  );
  const items = useHeads(({ items }) => items);
  const { hover, framed, name } = items[item]!;
  const { quantity, scale } = view;
  const units = layerUnits(layer.sides, view);
  const axes = shownAxes(layer, units);
  const signed = signedQuantity(quantity);
  const activeIn = ({ heads }: ShownLayer) =>
    units && view.combine !== 'heads' ? activeOf(view.active, Math.min(head, heads - 1), heads) : [head];
  const active = activeIn(layer);
  const together = active.length > 1;
  const shown = (of: ShownLayer) =>
    view.combine === 'heads'
      ? shownHead(of, quantity, Math.min(head, of.heads - 1), layerUnits(of.sides, view))
      : shownCombination(of, quantity, activeIn(of), view.combine, layerUnits(of.sides, view));
  const matrix = shown(layer);
  const top =
    together && scale === 'head'
      ? Math.max(...shownLayers(items, layer).map((of) => matrixTop(shown(of), signed)))
      : comparedTop(items, view, layer, head);
  const lit = useMemo(() => litUnits(hover, layer, units), [hover, layer, units]);
  const frame = useMemo(() => framedUnits(framed, units), [framed, units]);
  const of = together ? `${view.combine} of heads ${active.join(', ')}` : `head ${head}`;
  const place = `${of} of ${layer.name}`;
  const what = [quantity === 'product' ? 'attention × gradient' : quantity, place, group.name].filter(Boolean).join(', '); // prettier-ignore
  useSvgView(items.length > 1 ? `${place}, ${item === 0 ? 'first' : 'second'}` : place, () =>
    matrixSvg({
      matrix,
      top,
      signed,
      table: headTable(signed),
      rowAxis: axes.query,
      columnAxis: axes.key,
      title: name === null ? what : `${what}, ${name}`,
      colours: themeColours(),
      picture: () => matrixPng(matrix, { top, signed }),
    }),
  );
  return (
    <section class="enlarged" aria-label={place}>
      <h2>
        {units || layer.image?.pooled ? `${layer.name} · ` : ''}
        {together ? `${view.combine} of ${active.length} heads` : `Head ${head}`} · {matrix.rows} × {matrix.columns}
      </h2>
      <MatrixView
        matrix={matrix}
        top={top}
        signed={signed}
        rowAxis={axes.query}
        columnAxis={axes.key}
        label={`${what}: ${matrix.rows} queries × ${matrix.columns} keys. Arrow keys go from entry to entry.`}
        lit={lit}
        framed={frame}
        onPoint={(cell) =>
          source.hover(
            item,
            cell && { kind: 'cell', query: tokenAt(units, 'query', cell.query), key: tokenAt(units, 'key', cell.key) },
          )
        }
        onChoose={({ query }) => source.choose(item, { side: 'query', token: tokenAt(units, 'query', query) })}
      />
      <div class="heads-options small">
        <HeatLegend top={top} signed={signed} />
        <span class="option">
          <span class="quiet">scale of the</span>
          <Choice label="Scale" value={scale} options={scales} onChange={(scale) => source.lookHeads({ scale })} />
          {items.length > 1 && <span class="quiet">of both</span>}
        </span>
      </div>
      <MatrixTable
        matrix={matrix}
        rowAxis={axes.query}
        columnAxis={axes.key}
        query={lit.queries[0] ?? frame.query ?? 0}
        name={what}
      />
    </section>
  );
}
