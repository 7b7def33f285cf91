import { useRef } from 'preact/hooks';
import { Enlarged } from './enlarged';
import { FetchState } from './fetch-state';
import { LayerPane } from './layer-pane';
import { ModelPane } from './model-pane';
import { useHeads, useHeadsSource, type ShownLayer } from './source';
import { TokenHeads } from './token-heads';
import { layerUnits } from './units';
import { groupLayerName, shownGroup, useItemLayer } from './use-layer';

/** The heads of one item: of the explanation, or of one of two that are compared. */
export function ItemHeads({ item, near }: { readonly item: number; readonly near: boolean }) {
  const large = useRef<HTMLDivElement>(null);
  const source = useHeadsSource();
  const pane = useHeads(({ pane }) => pane);
  const group = useHeads(shownGroup);
  const chosen = useHeads(({ cursor }) => cursor.layer);
  const name = useHeads(({ items }) => items[item]?.name ?? null);
  const statistics = useHeads(({ items }) => items[item]?.statistics);
  const horizontal = useHeads(({ view }) => view.layout === 'horizontal');
  const { layer, stale, failed } = useItemLayer(item);
  return (
    <section class="heads-item" aria-label={name ?? undefined}>
      {name !== null && (
        <h2 class="heads-item-name">
          <bdi>{name}</bdi>
        </h2>
      )}
      <div class={`heads-body ${pane}`} aria-busy={stale}>
        {pane === 'model' && (
          <ModelPane item={item} near={near} onChosen={() => large.current?.scrollIntoView({ block: 'nearest' })} />
        )}
        <FetchState
          what={`heads of ${groupLayerName(group, chosen)}`}
          state={failed !== null ? 'failed' : stale ? 'loading' : 'here'}
          message={failed ?? ''}
          shown={layer !== null}
          onRetry={() => source.retry('layer', item)}
        />
        {statistics?.kind === 'failed' && (
          <FetchState
            what="the heads’ numbers"
            state="failed"
            message={statistics.message}
            shown={true}
            onRetry={() => source.retry('statistics', item)}
          />
        )}
        {layer && (
          <>
            {pane !== 'model' && (
              <div class={stale ? 'heads-small stale' : 'heads-small'}>
                <LayerPane item={item} layer={layer} />
              </div>
            )}
            <div ref={large} class={stale ? 'heads-large stale' : 'heads-large'}>
              {pane === 'across' && source.image ? (
                <source.image.Across layer={layer} />
              ) : (
                <Large item={item} layer={layer} horizontal={horizontal} />
              )}
            </div>
          </>
        )}
      </div>
    </section>
  );
}

/** The chosen head and, beside or below it, where its rows lead. */
function Large({
  item,
  layer,
  horizontal,
}: {
  readonly item: number;
  readonly layer: ShownLayer;
  readonly horizontal: boolean;
}) {
  const { image } = useHeadsSource();
  const units = useHeads(({ view }) => layerUnits(layer.sides, view));
  if (units && (units.query.labels.length === 0 || units.key.labels.length === 0))
    return <p class="quiet">No token is left to show: all of them are hidden by the choice above.</p>;
  return (
    <div class={units && horizontal ? 'heads-pair horizontal' : 'heads-pair'}>
      <Enlarged item={item} layer={layer} />
      {units ? <TokenHeads item={item} layer={layer} units={units} /> : image && <image.Row layer={layer} />}
    </div>
  );
}
