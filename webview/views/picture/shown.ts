import { useEffect, useMemo } from 'preact/hooks';
import { patchAxis } from '../../../src/shared/axis';
import { colourMaps, diverging } from '../../../src/shared/colour/maps';
import type { ColourTable } from '../../../src/shared/colour/table';
import type { TowerRows } from '../../../src/shared/explanation';
import type { PanelImage, PanelState } from '../../../src/shared/panel-protocol';
import { queryRow } from '../../../src/shared/query-row';
import { quoted } from '../../../src/shared/quoted';
import { comparedTops, heatTop } from '../../../src/shared/scale';
import { methodNames } from '../../../src/shared/wording';
import { headKey } from '../../state/controller';
import { headsFetch } from '../../state/head-fetches';
import { readingOf } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import type { View } from '../../state/view';

/** The map that is drawn on one image, with its scale and its name. */
export interface ShownMap {
  /** [rows × columns]. */
  readonly map: Float32Array;
  readonly top: number;
  readonly signed: boolean;
  readonly table: ColourTable;
  readonly smooth: boolean;
  /** "relevance of “a bald man”", for sentences and screen readers. */
  readonly title: string;
  /** The patch whose own attention this is. */
  readonly asked: Asked | null;
}

/** A query that somebody chose, and what has come of it: until its attention is here the map stays the method's. */
export interface Asked {
  readonly query: number;
  /** "patch 33", "CLS". */
  readonly name: string;
  readonly layer: number;
  readonly state: 'loading' | 'here' | { readonly failed: string; readonly key: string };
}

export const tableOf = ({ overlay, method }: Pick<View, 'overlay' | 'method'>): ColourTable =>
  method === 'signed' ? diverging : colourMaps[overlay.colourMap];

/** The value of the last colour for each image and prompt under the chosen method, layers and scale. */
export function shownTops({ images }: Pick<PanelState, 'images'>, view: View): number[][] {
  const { method, layers, textLayers, overlay } = view;
  const readings = images.map(({ explained }) => readingOf(explained, method, layers, textLayers));
  return comparedTops(readings, overlay.scale);
}

/** The block whose attention a patch is asked for: the chosen layer where that is one of the image's, else the last that is read. */
const askedLayer = ({ tower, layer, layers }: View, { layers: count }: Pick<TowerRows, 'layers'>): number =>
  Math.min(tower === 'vision' ? layer : layers.last, count - 1);

/** What is drawn on an image of the panel; fetches a patch's attention where that is wanted. */
export function useShownMap(index: number, image: PanelImage): ShownMap {
  const panel = useApp(({ panel }) => panel!);
  const view = useApp(({ view }) => view!);
  const controller = useController();
  const { vision, grid, prompts } = image.explained;
  const query = index === view.image ? view.query : null;
  const layer = askedLayer(view, vision);
  const keyOf = (gradient: boolean) => headKey(index, 'vision', layer, view.prompt, gradient);
  const key = keyOf(false);
  const fetched = useApp(({ heads }) => (query === null ? undefined : headsFetch(heads, keyOf, 'attention')));
  const wanted = query !== null && fetched === undefined;
  useEffect(() => {
    if (wanted) controller.needHeads('vision', layer, view.prompt, false);
  }, [wanted, key]);

  const tops = useMemo(
    () => shownTops(panel, view),
    [panel, view.method, view.layers, view.textLayers, view.overlay.scale],
  );
  const heads = fetched?.kind === 'here' ? fetched.value : null;
  const own = useMemo(
    () => heads && query !== null && queryRow(heads, query).slice(vision.prefix, vision.prefix + grid[0] * grid[1]),
    [heads, query, vision, grid],
  );
  const { smooth } = view.overlay;
  const name = query === null ? '' : tokenName(query, vision, grid[1]);
  if (own && query !== null)
    return {
      map: own,
      top: heatTop(own, false),
      signed: false,
      table: colourMaps[view.overlay.colourMap],
      smooth,
      title: `where ${name} attends, layer ${layer}, mean of ${vision.heads} heads`,
      asked: { query, name, layer, state: 'here' },
    };
  const reading = readingOf(image.explained, view.method, view.layers, view.textLayers);
  return {
    map: reading.prompts[view.prompt]!.map,
    top: tops[index]![view.prompt]!,
    signed: view.method === 'signed',
    table: tableOf(view),
    smooth,
    title: `${methodNames[view.method]} of ${quoted(prompts[view.prompt]!.text)}`,
    asked:
      query === null
        ? null
        : { query, name, layer, state: fetched?.kind === 'failed' ? { failed: fetched.message, key } : 'loading' },
  };
}

const tokenName = (token: number, vision: TowerRows, columns: number): string =>
  token >= vision.prefix ? `patch ${token - vision.prefix}` : patchAxis(vision, columns).name(token);
