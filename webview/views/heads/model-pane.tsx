import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { headNumbers, headNumbersPhrase } from '../../../src/shared/head-numbers';
import { signedQuantity } from '../../../src/shared/head-matrix';
import { mosaicSvg } from '../../../src/shared/svg/mosaic';
import { drawMosaic, mosaicSize, type MosaicPlace } from '../../draw/mosaic';
import { cropAspect } from '../../draw/patch-heat';
import { themeColours } from '../../export/theme-colours';
import { useSvgView } from '../../export/svg-views';
import { shownStatistics, thumbnailsFetch } from '../../state/heads-selectors';
import { thumbnailsKey } from '../../state/controller';
import { shownImage } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { Canvas } from '../../ui/canvas';
import { useWidth } from '../../ui/use-width';
import type { HeadThumbnails } from '../../../src/shared/heads-data';
import { FetchState } from './fetch-state';
import { HeadsTable } from './heads-table';
import { Mosaic } from './mosaic';

const labels = 26;
const largestTile = 56;
const gap = 3;

/** The model view: every head of a tower, small. */
export function ModelPane({ near, onChosen }: { readonly near: boolean; readonly onChosen: () => void }) {
  const controller = useController();
  const image = useApp((state) => shownImage(state)!);
  const view = useApp(({ view }) => view!);
  const statistics = useApp(shownStatistics);
  const fetched = useApp(thumbnailsFetch);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { tower, prompt } = view;
  const { quantity, show, scale } = view.heads;
  const shape = image.explained[tower];
  const missing = fetched === undefined;
  useEffect(() => {
    if (near && missing) controller.needThumbnails(tower, prompt, quantity);
  }, [controller, near, missing, tower, prompt, quantity]);

  const last = useRef<{ readonly key: string; readonly value: HeadThumbnails } | null>(null);
  const kind = `${view.image} ${tower} ${quantity}`;
  if (fetched?.kind === 'here') last.current = { key: kind, value: fetched.value };
  const thumbnails = fetched?.kind === 'here' ? fetched.value : last.current?.key === kind ? last.current.value : null;

  const onImage = tower === 'vision' && show === 'image';
  const place = useMemo((): MosaicPlace => {
    const tileWidth = Math.max(8, Math.min(largestTile, Math.floor((width - labels - gap) / shape.heads) - gap));
    const tileHeight = onImage ? Math.max(8, Math.round(tileWidth / cropAspect(image))) : tileWidth;
    return { layers: shape.layers, heads: shape.heads, tileWidth, tileHeight, gap };
  }, [width, shape, onImage, image]);
  const nameOf = useCallback(
    (layer: number, head: number): string => {
      const numbers = headNumbers(statistics, tower, layer, head, prompt);
      return `layer ${layer}, head ${head}${numbers ? `: ${headNumbersPhrase(numbers, tower)}` : ''}`;
    },
    [statistics, tower, prompt],
  );
  const draw = (canvas: HTMLCanvasElement): void =>
    drawMosaic(canvas, thumbnails!, place, { signed: signedQuantity(quantity), scale, image: onImage ? image : null });
  useSvgView(`all heads of the ${tower} tower`, thumbnails && (() => {
    const canvas = document.createElement('canvas');
    draw(canvas);
    return mosaicSvg({ title: `${quantity}, all layers × heads, ${tower} tower`, picture: canvas.toDataURL('image/png'), size: mosaicSize(place), place, colours: themeColours() }); // prettier-ignore
  })); // prettier-ignore

  const rows = useMemo(
    () =>
      Array.from({ length: shape.layers * shape.heads }, (_, i) => {
        const [layer, head] = [Math.floor(i / shape.heads), i % shape.heads];
        return { layer, head, numbers: headNumbers(statistics, tower, layer, head, prompt) };
      }),
    [shape, statistics, tower, prompt],
  );
  return (
    <div class="model-pane" ref={frame}>
      <FetchState
        what="all heads"
        state={fetched?.kind ?? 'loading'}
        message={fetched?.kind === 'failed' ? fetched.message : ''}
        shown={thumbnails !== null}
        onRetry={() => controller.retryFetch('thumbnails', thumbnailsKey(view.image, tower, prompt, quantity))}
      />
      {thumbnails && width > 0 && (
        <div class={fetched?.kind === 'here' ? '' : 'stale'}>
          <Mosaic
            place={place}
            chosen={view.layer < shape.layers ? view : null}
            label={`All heads of the ${tower} tower, a row for each layer`}
            nameOf={nameOf}
            picture={<Canvas inputs={[thumbnails, place, quantity, scale, onImage, image]} draw={draw} />}
            onChoose={(layer, head) => {
              controller.look({ layer, head });
              onChosen();
            }}
          />
        </div>
      )}
      <HeadsTable tower={tower} rows={rows} />
    </div>
  );
}
