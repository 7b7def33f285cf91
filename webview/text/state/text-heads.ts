import { shortSpecial } from '../../../src/shared/axis';
import type { HeadQuantity, HeadStatistics, HeadTensors } from '../../../src/shared/heads-data';
import type { AttentionKind, TextOutline } from '../../../src/shared/text/explanation';
import type { TextItem } from '../../../src/shared/text/panel-protocol';
import type { Fetched } from '../../state/fetches';
import { headsFetch, needsGradient, shownQuantity } from '../../state/head-fetches';
import type { HeadsView } from '../../state/heads-view';
import { sameParts } from '../../state/same-parts';
import type {
  Framed,
  HeadsCursor,
  HeadsGroup,
  HeadsHover,
  HeadsItem,
  HeadsState,
  LayerSides,
  ShownLayer,
} from '../../views/heads/source';
import { tokenSide } from '../../views/heads/token-side';
import { commonGroups } from './common-groups';
import { headsKey, neededHeads, whole } from './heads-looked-at';
import { thumbnailsKey } from './text-controller';
import { litTokens, shownToken } from './text-selectors';
import type { TextState } from './text-state';

/** The text panel's state as the heads section wants it, each part the same object while it is the same. */
export class TextHeadsState {
  private of: TextState | null = null;
  private state: HeadsState | null = null;
  private cursor: HeadsCursor | null = null;
  private items: readonly HeadsItem[] = [];
  private framed: Framed[] = [];
  private readonly hovers: (HeadsHover | null)[] = [];

  /** The last one where nothing is shown any more. There is one before the section is. */
  read(state: TextState): HeadsState {
    if (this.of !== state) {
      this.of = state;
      this.state = this.made(state) ?? this.state;
    }
    return this.state!;
  }

  private made(state: TextState): HeadsState | null {
    const { panel, view } = state;
    if (!view || !panel || commonGroups(panel.items).length === 0) return null;
    const { group, layer, head } = view;
    this.cursor = sameParts(this.cursor, { group, layer, head });
    const asked = view.heads.quantity;
    const quantity = shownQuantity(
      asked,
      this.state?.view.quantity,
      panel.items.map((_, i) => fetchOf(state, i, asked)),
    );
    const heads = sameParts<HeadsView>(this.state?.view ?? null, { ...view.heads, quantity });
    const items = panel.items.map((_, i) => sameParts<HeadsItem>(this.items[i] ?? null, this.item(state, i, quantity)));
    if (items.length !== this.items.length || items.some((item, i) => item !== this.items[i])) this.items = items;
    const pane = heads.pane === 'across' ? 'layer' : heads.pane;
    return sameParts(this.state, {
      groups: groupsOf(panel.items),
      cursor: this.cursor,
      view: heads,
      asked,
      pane,
      items: this.items,
    });
  }

  private item(state: TextState, i: number, quantity: HeadQuantity): HeadsItem {
    const { items } = state.panel!;
    const { group, layer, heads } = state.view!;
    const { explained } = items[i]!;
    const own = commonGroups(items)[group]!.indices[i]!;
    const sides = sidesOf(explained, own);
    return {
      name: items.length > 1 ? nameOf(items, i) : null,
      layerKey: `${serial(explained)} ${headsKey(i, { group: own, layer, gradient: needsGradient(heads.quantity), exact: null })}`,
      layer: shownLayer(fetchOf(state, i, quantity), group, layer, sides),
      statistics: statisticsOf(state.statistics.get(`${i}`), own),
      entry: 0,
      thumbnails: state.thumbnails.get(thumbnailsKey(i, own, quantity)),
      thumbnailsKey: thumbnailsKey(i, own, quantity),
      sides,
      hover: this.hover(state, i, explained.attentions[own]!),
      framed: this.frame(state, i, explained.attentions[own]!),
    };
  }

  private hover(state: TextState, i: number, { queries, keys }: AttentionKind): HeadsHover | null {
    const { hover } = state;
    if (hover?.item === i && hover.heads) return (this.hovers[i] = hover.heads);
    const side = litTokens(state, i, queries).length > 0 ? 'query' : 'key';
    const tokens = litTokens(state, i, side === 'query' ? queries : keys);
    if (tokens.length === 0) return (this.hovers[i] = null);
    const last = this.hovers[i];
    if (last?.kind === 'tokens' && last.side === side && last.tokens === tokens) return last;
    return (this.hovers[i] = { kind: 'tokens', side, tokens });
  }

  /** The chosen token as a query; where only the keys are of its sequence (cross-attention), as a key. */
  private frame({ view, panel }: TextState, i: number, { queries, keys }: AttentionKind): Framed {
    const { sequence, token } = shownToken(view!, panel!.items, i);
    const query = sequence === queries ? token : null;
    const key = query === null && sequence === keys ? token : null;
    return (this.framed[i] = sameParts<Framed>(this.framed[i] ?? null, { query, key }));
  }
}

/** Of the chosen layer's heads, what is needed to show this quantity: the numbers of all, or till then of those that are shown. */
function fetchOf({ heads, panel, view }: TextState, item: number, quantity: HeadQuantity) {
  const { group, layer } = view!;
  const own = commonGroups(panel!.items)[group]!.indices[item]!;
  const needed = neededHeads(view!, quantity, panel!.items[item]!.explained, own, layer);
  const all = headsFetch(heads, (gradient) => headsKey(item, { ...whole(needed), gradient }), quantity);
  return all?.kind === 'here' ? all : (heads.get(headsKey(item, needed)) ?? all);
}

/** What tells compared items apart: their models, else their texts. */
function nameOf(items: readonly TextItem[], i: number): string {
  const same = items.every(({ explained }) => explained.texts.join('\n') === items[0]!.explained.texts.join('\n'));
  const { model, texts } = items[i]!.explained;
  return same ? model.name : texts.join(' · ');
}

const groups = new WeakMap<readonly TextItem[], readonly HeadsGroup[]>();

function groupsOf(items: readonly TextItem[]): readonly HeadsGroup[] {
  const known = groups.get(items);
  if (known) return known;
  const common = commonGroups(items);
  const made = common.map(({ name, layers, heads, indices }): HeadsGroup => {
    const of = items.map(({ explained }, i) => {
      const { queries, keys } = explained.attentions[indices[i]!]!;
      return [explained.sequences[queries]!.tokens, explained.sequences[keys]!.tokens] as const;
    });
    const first = of[0]![1][0];
    return {
      label: name,
      name: common.length > 1 ? (name === 'cross' ? 'cross-attention' : name) : '',
      layers,
      heads,
      poolingHeads: null,
      queries: Math.max(...of.map(([queries]) => queries.length)),
      keys: Math.max(...of.map(([, keys]) => keys.length)),
      kind: 'tokens',
      first: first?.special ? shortSpecial(first.text) : 'the first token',
    };
  });
  groups.set(items, made);
  return made;
}

const sides = new WeakMap<TextOutline, LayerSides[]>();

function sidesOf(explained: TextOutline, group: number): LayerSides {
  const known = sides.get(explained) ?? [];
  sides.set(explained, known);
  const { queries, keys } = explained.attentions[group]!;
  const side = (sequence: number) => tokenSide(explained.sequences[sequence]!.tokens, explained.sequences[sequence]!.words); // prettier-ignore
  return (known[group] ??= { query: side(queries), key: side(keys) });
}

const layers = new WeakMap<HeadTensors, Fetched<ShownLayer>>();

function shownLayer(
  fetched: Fetched<HeadTensors> | undefined,
  group: number,
  layer: number,
  sides: LayerSides,
): Fetched<ShownLayer> | undefined {
  if (fetched?.kind !== 'here') return fetched;
  const tensors = fetched.value;
  const known = layers.get(tensors);
  if (known) return known;
  const value: ShownLayer = {
    group,
    layer,
    name: `layer ${layer}`,
    tensors,
    heads: tensors.attention.dims[0]!,
    sides,
    image: null,
  };
  const made = { kind: 'here', value } as const;
  layers.set(tensors, made);
  return made;
}

const statistics = new WeakMap<readonly HeadStatistics[], Fetched<HeadStatistics>[]>();

function statisticsOf(
  fetched: Fetched<readonly HeadStatistics[]> | undefined,
  group: number,
): Fetched<HeadStatistics> | undefined {
  if (fetched?.kind !== 'here') return fetched;
  const known = statistics.get(fetched.value) ?? fetched.value.map((value) => ({ kind: 'here', value }) as const);
  statistics.set(fetched.value, known);
  return known[group];
}

const serials = new WeakMap<TextOutline, number>();
let last = 0;

/** Another one for each explanation. */
function serial(explained: TextOutline): number {
  const known = serials.get(explained) ?? ++last;
  serials.set(explained, known);
  return known;
}
