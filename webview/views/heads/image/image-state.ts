import type { ExplanationRows, Tower } from '../../../../src/shared/explanation';
import type { HeadStatistics, Statistics } from '../../../../src/shared/heads-data';
import type { AppState, Hover } from '../../../state/app-state';
import { headKey, statisticsKey } from '../../../state/controller';
import type { Fetched } from '../../../state/fetches';
import { needsGradient, shownQuantity } from '../../../state/head-fetches';
import type { HeadsView } from '../../../state/heads-view';
import { sameParts } from '../../../state/same-parts';
import { shownImage } from '../../../state/selectors';
import type { HeadsCursor, HeadsGroup, HeadsHover, HeadsItem, HeadsState, ImageOfLayer } from '../source';
import { framedRow } from './framed';
import { layerFetch, shownFetch, sideOf, sidesOf, thumbnailsFetch, towers } from './image-layer';

/** The image panel's state as the heads section wants it, each part the same object while it is the same. */
export class ImageHeadsState {
  private of: AppState | null = null;
  private state: HeadsState | null = null;
  private cursor: HeadsCursor | null = null;
  private item: HeadsItem | null = null;
  private items: readonly HeadsItem[] = [];
  private hovered: { readonly hover: Hover; readonly image: ImageOfLayer; readonly made: HeadsHover | null } | null =
    null;

  /** The last one where no image is shown any more. There is one before the section is. */
  read(state: AppState): HeadsState {
    if (this.of !== state) {
      this.of = state;
      this.state = this.made(state) ?? this.state;
    }
    return this.state!;
  }

  private made(state: AppState): HeadsState | null {
    const { view } = state;
    const image = shownImage(state);
    if (!view || !image) return null;
    const { explained } = image;
    const { tower, layer, head, prompt } = view;
    const asked = view.heads.quantity;
    const quantity = shownQuantity(asked, this.state?.view.quantity, [layerFetch(state, asked)]);
    const heads = sameParts<HeadsView>(this.state?.view ?? null, { ...view.heads, quantity });
    this.cursor = sameParts(this.cursor, { group: towers.indexOf(tower), layer, head });
    const place: ImageOfLayer = { explained, tower, prompt, pooled: layer >= explained[tower].layers };
    const framed = framedRow(place, view.query);
    const item = sameParts<HeadsItem>(this.item, {
      name: null,
      layerKey: headKey(view.image, tower, layer, prompt, needsGradient(asked)),
      layer: shownFetch(state, quantity),
      statistics: statisticsOf(state.statistics.get(statisticsKey(view.image)), tower),
      entry: prompt,
      thumbnails: thumbnailsFetch(state, quantity),
      thumbnailsKey: `${view.image} ${tower} ${quantity}`,
      sides: tower === 'text' ? sidesOf(sideOf(explained, tower, prompt, tokensOf(explained, prompt))) : null,
      hover: this.hover(state.hover, place, framed.query),
      framed,
    });
    if (item !== this.item) this.items = [item];
    this.item = item;
    // Words ↔ patches is a view of the vision tower: a cursor that goes to the text tower leaves it.
    const pane = heads.pane === 'across' && tower !== 'vision' ? 'layer' : heads.pane;
    return sameParts(this.state, { groups: groupsOf(explained), cursor: this.cursor, view: heads, asked, pane, items: this.items }); // prettier-ignore
  }

  private hover(hover: Hover | null, image: ImageOfLayer, row: number | null): HeadsHover | null {
    if (!hover) return null;
    const { hovered } = this;
    if (hovered && hovered.hover === hover && sameParts(hovered.image, image) === hovered.image) return hovered.made;
    const made = hoverOf(hover, image, row);
    this.hovered = { hover, image, made };
    return made;
  }
}

/** What the pointer or the focus, wherever it is, means in the shown tower. */
function hoverOf(hover: Hover, { explained, tower, prompt }: ImageOfLayer, row: number | null): HeadsHover | null {
  switch (hover.kind) {
    case 'patch': {
      if (tower === 'text') return null;
      // As a key: what the framed query takes from this patch.
      const key = explained.vision.prefix + hover.patch;
      return row === null ? { kind: 'tokens', side: 'key', tokens: [key] } : { kind: 'cell', query: row, key };
    }
    case 'word': {
      if (tower === 'vision') return null;
      const tokens = (explained.prompts[prompt]?.tokens ?? []).flatMap(({ word }, i) => (word === hover.word ? [i] : [])); // prettier-ignore
      return tokens.length > 0 ? { kind: 'tokens', side: 'key', tokens } : null;
    }
    default:
      return hover;
  }
}

/** Of the heads' matrices: see HeadTensors. */
const tokensOf = ({ prompts }: ExplanationRows, prompt: number): number => {
  const { readOut, tokens } = prompts[prompt]!;
  return Math.max(readOut + 1, tokens.length);
};

const groups = new WeakMap<ExplanationRows, readonly HeadsGroup[]>();

function groupsOf(explained: ExplanationRows): readonly HeadsGroup[] {
  const known = groups.get(explained);
  if (known) return known;
  const made = towers.map((tower): HeadsGroup => {
    const { layers, heads, pooling, tokens } = explained[tower];
    return {
      label: tower,
      name: `${tower} tower`,
      layers,
      heads,
      poolingHeads: pooling?.heads ?? null,
      queries: tokens,
      keys: tokens,
      kind: tower === 'vision' ? 'patches' : 'tokens',
      first: tower === 'vision' ? 'CLS' : 'the start token',
    };
  });
  groups.set(explained, made);
  return made;
}

const ofTowers = new WeakMap<Statistics, Readonly<Record<Tower, Fetched<HeadStatistics>>>>();

function statisticsOf(fetched: Fetched<Statistics> | undefined, tower: Tower): Fetched<HeadStatistics> | undefined {
  if (fetched?.kind !== 'here') return fetched;
  const { value } = fetched;
  const known = ofTowers.get(value) ?? {
    vision: { kind: 'here', value: value.vision },
    text: { kind: 'here', value: value.text },
  };
  ofTowers.set(value, known);
  return known[tower];
}
