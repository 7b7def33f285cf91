import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { headNumbers, headNumbersPhrase } from '../../../src/shared/head-numbers';
import type { HeadThumbnails } from '../../../src/shared/heads-data';
import { mosaicSvg } from '../../../src/shared/svg/mosaic';
import { mosaicSize, type MosaicPlace } from '../../draw/mosaic';
import { themeColours } from '../../export/theme-colours';
import { useSvgView } from '../../export/svg-views';
import type { HeadsView } from '../../state/heads-view';
import { Choice } from '../../ui/choice';
import { useWidth } from '../../ui/use-width';
import { FetchState } from './fetch-state';
import { HeadsTable } from './heads-table';
import { Mosaic } from './mosaic';
import { useHeads, useHeadsSource, type HeadsItem } from './source';
import { useTiles } from './use-tiles';
import { shownGroup } from './use-layer';

const labels = 26;
const largest = { matrices: 56, lines: 84 } as const;
const gap = { matrices: 3, lines: 6 } as const;

const forms: Readonly<Record<HeadsView['thumbnails'], string>> = { matrices: 'matrices', lines: 'lines' };

/** The model view: every head of a group, small. */
export function ModelPane({
  item,
  near,
  onChosen,
}: {
  readonly item: number;
  readonly near: boolean;
  readonly onChosen: () => void;
}) {
  const source = useHeadsSource();
  const view = useHeads(({ view }) => view);
  const cursor = useHeads(({ cursor }) => cursor);
  const group = useHeads(shownGroup);
  const several = useHeads(({ items }) => items.length > 1);
  const own = useHeads(({ items }) => items[item]!);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { quantity } = view;
  const fetched = own.thumbnails;
  const missing = fetched === undefined;
  useEffect(() => {
    if (near && missing) source.needThumbnails();
  }, [source, near, missing, own.layerKey, quantity]);

  const thumbnails = useLastThumbnails(own);
  const tiles = useTiles(item, thumbnails);
  const tokens = group.kind === 'tokens';
  const form = tokens ? view.thumbnails : 'matrices';
  const place = useMemo((): MosaicPlace => {
    const { layers, heads } = tiles?.values ?? group;
    const between = gap[form];
    const tileWidth = Math.max(8, Math.min(largest[form], Math.floor((width - labels - between) / heads) - between));
    const tileHeight = Math.max(8, Math.round(tileWidth * (tiles?.tall ?? 1)));
    return { layers, heads, tileWidth, tileHeight, gap: between };
  }, [width, group, form, tiles?.values.layers, tiles?.values.heads, tiles?.tall]);
  const statistics = own.statistics?.kind === 'here' ? own.statistics.value : null;
  const nameOf = useCallback(
    (layer: number, head: number): string => {
      const numbers = headNumbers(statistics, layer, head, own.entry);
      return `layer ${layer}, head ${head}${numbers ? `: ${headNumbersPhrase(numbers, group)}` : ''}`;
    },
    [statistics, group, own.entry],
  );
  const all = group.name === '' ? 'all heads' : `all heads of the ${group.name}`;
  useSvgView(several ? `${all}, ${item === 0 ? 'first' : 'second'}` : all, tiles && (() => {
    const canvas = document.createElement('canvas');
    tiles.draw(canvas, place);
    const title = [quantity, 'all layers × heads', group.name].filter(Boolean).join(', ');
    return mosaicSvg({ title, picture: canvas.toDataURL('image/png'), size: mosaicSize(place), place, colours: themeColours() }); // prettier-ignore
  })); // prettier-ignore

  const rows = useMemo(
    () =>
      Array.from({ length: group.layers * group.heads }, (_, i) => {
        const [layer, head] = [Math.floor(i / group.heads), i % group.heads];
        return { layer, head, numbers: headNumbers(statistics, layer, head, own.entry) };
      }),
    [group, statistics, own.entry],
  );
  return (
    <div class="model-pane" ref={frame}>
      {tokens && (
        <div class={item === 0 ? 'heads-options small' : 'heads-options small unseen'}>
          <span class="option">
            <span class="quiet">every head as</span>
            <Choice
              label="Every head as"
              value={view.thumbnails}
              options={forms}
              onChange={(thumbnails) => source.lookHeads({ thumbnails })}
            />
          </span>
        </div>
      )}
      <FetchState
        what="all heads"
        state={fetched?.kind ?? 'loading'}
        message={fetched?.kind === 'failed' ? fetched.message : ''}
        shown={thumbnails !== null}
        onRetry={() => source.retry('thumbnails', item)}
      />
      {tiles && width > 0 && (
        <div class={fetched?.kind === 'here' ? '' : 'stale'}>
          <Mosaic
            place={place}
            chosen={cursor.layer < place.layers && cursor.head < place.heads ? cursor : null}
            label={`All heads${group.name === '' ? '' : ` of the ${group.name}`}, a row for each layer`}
            nameOf={nameOf}
            tiles={tiles}
            onPoint={(pointed) => source.hover(item, pointed && tiles.pointed(pointed.across, pointed.down))}
            onChoose={(layer, head) => {
              source.look({ layer, head });
              onChosen();
            }}
          />
          {tiles.blocks && (
            <p class="small quiet">
              A long text: each pixel shows the strongest entry of several tokens’ queries and keys.
            </p>
          )}
        </div>
      )}
      <HeadsTable names={group} rows={rows} />
    </div>
  );
}

/** The thumbnails, or those that were here last while others of the same kind are on their way. */
function useLastThumbnails({ thumbnails, thumbnailsKey }: HeadsItem): HeadThumbnails | null {
  const last = useRef<{ readonly key: string; readonly value: HeadThumbnails } | null>(null);
  if (thumbnails?.kind === 'here') last.current = { key: thumbnailsKey, value: thumbnails.value };
  return last.current?.key === thumbnailsKey ? last.current.value : null;
}
