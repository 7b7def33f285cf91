import { useEffect, useRef } from 'preact/hooks';
import { statisticsKey } from '../../state/controller';
import { layerName, shownPane, statisticsFetch } from '../../state/heads-selectors';
import { shownImage } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { Across } from './across';
import { Enlarged } from './enlarged';
import { FetchState } from './fetch-state';
import { LayerPane } from './layer-pane';
import { ModelPane } from './model-pane';
import { RowOnImage } from './row-on-image';
import { TextHeads } from './text-heads';
import { HeadsToolbar } from './toolbar';
import { useLayer, useWanted } from './use-layer';

/** What single heads do: all of a layer or of a tower small, the chosen one large, and where its rows lead. */
export function Heads() {
  const section = useRef<HTMLElement>(null);
  const large = useRef<HTMLDivElement>(null);
  const near = useWanted(section);
  const controller = useController();
  const view = useApp(({ view }) => view!);
  const explained = useApp((state) => shownImage(state)!.explained);
  const statistics = useApp(statisticsFetch);
  const missing = statistics === undefined;
  const { layer, stale, failed, retry } = useLayer(near);
  const pane = shownPane(view);
  useEffect(() => {
    if (near && missing) controller.needStatistics();
  }, [controller, near, missing]);
  return (
    <section class="heads" aria-label="Heads" ref={section}>
      <HeadsToolbar />
      <div class={`heads-body ${pane}`} aria-busy={stale}>
        {pane === 'model' && (
          <ModelPane near={near} onChosen={() => large.current?.scrollIntoView({ block: 'nearest' })} />
        )}
        <FetchState
          what={`heads of ${layerName(explained, view.tower, view.layer)}`}
          state={failed !== null ? 'failed' : stale ? 'loading' : 'here'}
          message={failed ?? ''}
          shown={layer !== null}
          onRetry={retry}
        />
        {statistics?.kind === 'failed' && (
          <FetchState
            what="the heads’ numbers"
            state="failed"
            message={statistics.message}
            shown={true}
            onRetry={() => controller.retryFetch('statistics', statisticsKey(view.image))}
          />
        )}
        {layer && (
          <>
            {pane !== 'model' && (
              <div class={stale ? 'heads-small stale' : 'heads-small'}>
                <LayerPane layer={layer} />
              </div>
            )}
            <div ref={large} class={stale ? 'heads-large stale' : 'heads-large'}>
              {pane === 'across' ? (
                <Across layer={layer} />
              ) : (
                <div class="heads-pair">
                  <Enlarged layer={layer} />
                  {layer.tokens ? <TextHeads layer={layer} /> : <RowOnImage layer={layer} />}
                </div>
              )}
            </div>
          </>
        )}
      </div>
    </section>
  );
}
