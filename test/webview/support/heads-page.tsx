import { render } from 'preact';
import { blockOf, thumbnailSide } from '../../../src/shared/thumbnails';
import type { HeadStatistics, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import { gradientOf } from '../../../src/shared/head-matrix';
import { floatTensor } from '../../../src/shared/tensor';
import { initialHeads, type HeadsView } from '../../../webview/state/heads-view';
import { sameParts } from '../../../webview/state/same-parts';
import { Store } from '../../../webview/state/store';
import type { Fetched } from '../../../webview/state/fetches';
import { registerControls } from '../../../webview/ui/controls';
import { Heads } from '../../../webview/views/heads/heads';
import {
  HeadsContext,
  type HeadsCursor,
  type HeadsGroup,
  type HeadsHover,
  type HeadsItem,
  type HeadsSource,
  type HeadsState,
  type ShownLayer,
} from '../../../webview/views/heads/source';
import { tokenSide } from '../../../webview/views/heads/token-side';
import { headsStates, type MadeGroup, type MadeItem } from './heads-states';

/**
 * The heads section alone, over a source in a few plain lines: what any panel must give it and nothing else, with texts of any shape. The panels'
 * own sources are tested in their panels.
 */

interface PageState {
  readonly cursor: HeadsCursor;
  readonly view: HeadsView;
  readonly hover: readonly (HeadsHover | null)[];
  readonly chosen: readonly ({ readonly side: 'query' | 'key'; readonly token: number } | null)[];
}

declare global {
  interface Window {
    headsPage: {
      readonly store: Store<PageState>;
      /** Exact: A of a head, row-major. */
      readonly attention: (item: number, group: number, layer: number, head: number) => number[];
    };
  }
}

const { items: made } = headsStates[window.hostOptions.state]!();
const groups = made[0]!.groups.map(({ label, name, layers, heads, queries, keys }): HeadsGroup => ({
  label,
  name,
  layers,
  heads,
  poolingHeads: null,
  queries: queries.tokens.length,
  keys: keys.tokens.length,
  kind: 'tokens',
  first: queries.tokens[0]!.text,
}));

const store = new Store<PageState>({
  cursor: { group: 0, layer: groups[0]!.layers - 1, head: 0 },
  view: { ...initialHeads, ...(window.hostOptions.saved as Partial<HeadsView> | undefined) },
  hover: made.map(() => null),
  chosen: made.map(() => null),
});

const tensors = new Map<string, HeadTensors>();
function tensorsOf(item: number, group: number, layer: number): HeadTensors {
  const key = `${item} ${group} ${layer}`;
  const known = tensors.get(key) ?? madeTensors(made[item]!.groups[group]!, `${made[item]!.seed} ${group} ${layer}`);
  tensors.set(key, known);
  return known;
}

/** Softmax over noise that likes the diagonal and the first token; a causal group's rows end at the diagonal. */
function madeTensors({ heads, queries, keys, causal }: MadeGroup, seed: string): HeadTensors {
  const [rows, columns] = [queries.tokens.length, keys.tokens.length];
  const attention = new Float32Array(heads * rows * columns);
  const gradient = new Float32Array(attention.length);
  let state = [...seed].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 16777619), 2166136261);
  const random = (): number => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  for (let h = 0; h < heads; h++) {
    const offset = (h % 5) - 2;
    for (let q = 0; q < rows; q++) {
      const from = (h * rows + q) * columns;
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const masked = causal && k > q;
        const near = h % 3 === 2 ? 0 : 4 * Math.exp(-Math.abs(k - Math.round((q * columns) / rows) - offset));
        const value = masked ? 0 : Math.exp(2 * random() + near + (k === 0 ? 1 + (h % 4) : 0));
        attention[from + k] = value;
        sum += value;
        gradient[from + k] = 0.02 * (random() - 0.45);
      }
      for (let k = 0; k < columns; k++) attention[from + k]! /= sum;
    }
  }
  const dims = [heads, rows, columns];
  return { attention: floatTensor(dims, attention), gradient: floatTensor(dims, gradient) };
}

const layers = new Map<HeadTensors, Fetched<ShownLayer>>();
function layerOf(item: number, group: number, layer: number): Fetched<ShownLayer> {
  const own = tensorsOf(item, group, layer);
  const known: Fetched<ShownLayer> = layers.get(own) ?? {
    kind: 'here',
    value: {
      group,
      layer,
      name: `layer ${layer}`,
      tensors: own,
      heads: own.attention.dims[0]!,
      sides: sidesOf(item, group),
      image: null,
    },
  };
  layers.set(own, known);
  return known;
}

const sides = new Map<string, ShownLayer['sides']>();
function sidesOf(item: number, group: number): ShownLayer['sides'] {
  const key = `${item} ${group}`;
  const { queries, keys } = made[item]!.groups[group]!;
  const known = sides.get(key) ?? { query: tokenSide(queries.tokens, queries.words), key: tokenSide(keys.tokens, keys.words) }; // prettier-ignore
  sides.set(key, known);
  return known;
}

const thumbnails = new Map<string, Fetched<HeadThumbnails>>();
function thumbnailsOf(item: number, group: number, quantity: HeadsView['quantity']): Fetched<HeadThumbnails> {
  const key = `${item} ${group} ${quantity}`;
  const known = thumbnails.get(key);
  if (known) return known;
  const { layers, heads, queries, keys } = made[item]!.groups[group]!;
  const [rows, columns] = [thumbnailSide(queries.tokens.length), thumbnailSide(keys.tokens.length)];
  const data = new Float32Array(layers * heads * rows * columns);
  for (let layer = 0; layer < layers; layer++) {
    const tensors = tensorsOf(item, group, layer);
    const { attention } = tensors;
    const gradient = gradientOf(tensors);
    let at = 0;
    for (let h = 0; h < heads; h++)
      for (let q = 0; q < queries.tokens.length; q++)
        for (let k = 0; k < keys.tokens.length; k++, at++) {
          const [a, g] = [attention.data[at]!, gradient.data[at]!];
          const value = quantity === 'attention' ? a : quantity === 'gradient' ? g : a * g;
          const [row, column] = [blockOf(q, queries.tokens.length, rows), blockOf(k, keys.tokens.length, columns)];
          const cell = ((layer * heads + h) * rows + row) * columns + column;
          if (Math.abs(value) > Math.abs(data[cell]!)) data[cell] = value;
        }
  }
  const value: HeadThumbnails = {
    matrices: floatTensor([layers, heads, rows, columns], data),
    rows: floatTensor([layers, heads, columns], new Float32Array(layers * heads * columns)),
  };
  thumbnails.set(key, { kind: 'here', value });
  return { kind: 'here', value };
}

const statistics = new Map<MadeGroup, Fetched<HeadStatistics>>();
function statisticsOf(group: MadeGroup): Fetched<HeadStatistics> {
  const { layers, heads } = group;
  const each = (factor: number) =>
    floatTensor([1, layers, heads], Float32Array.from({ length: layers * heads }, (_, i) => factor * (1 + ((7 * i) % 11)))); // prettier-ignore
  const known: Fetched<HeadStatistics> = statistics.get(group) ?? {
    kind: 'here',
    value: { entropy: each(0.2), distance: each(0.5), sink: each(0.05), relevance: each(0.01) },
  };
  statistics.set(group, known);
  return known;
}

let last: HeadsState | null = null;
let lastItems: readonly HeadsItem[] = [];
function read({ cursor, view, hover, chosen }: PageState): HeadsState {
  const items = made.map((item: MadeItem, i) =>
    sameParts<HeadsItem>(lastItems[i] ?? null, {
      name: item.name,
      layerKey: `${cursor.group} ${cursor.layer}`,
      layer: layerOf(i, cursor.group, cursor.layer),
      statistics: statisticsOf(item.groups[cursor.group]!),
      entry: 0,
      thumbnails: view.pane === 'model' ? thumbnailsOf(i, cursor.group, view.quantity) : undefined,
      thumbnailsKey: `${cursor.group} ${view.quantity}`,
      sides: sidesOf(i, cursor.group),
      hover: hover[i]!,
      framed: framedOf(chosen[i]!, i),
    }),
  );
  if (items.some((item, i) => item !== lastItems[i])) lastItems = items;
  return (last = sameParts(last, { groups, cursor, view, asked: view.quantity, pane: view.pane, items: lastItems }));
}

const framed: HeadsItem['framed'][] = [];
const framedOf = (chosen: PageState['chosen'][number], item: number): HeadsItem['framed'] =>
  (framed[item] = sameParts<HeadsItem['framed']>(framed[item] ?? null, {
    query: chosen?.side === 'query' ? chosen.token : null,
    key: chosen?.side === 'key' ? chosen.token : null,
  }));

const put = <T,>(list: readonly T[], at: number, value: T): readonly T[] => list.map((old, i) => (i === at ? value : old)); // prettier-ignore

const source: HeadsSource = {
  get: () => read(store.get()),
  subscribe: (listener) => store.subscribe(listener),
  look: (patch) => {
    const next = { ...store.get().cursor, ...patch };
    const group = groups[next.group]!;
    const within = (i: number, count: number) => Math.min(count - 1, Math.max(0, i));
    store.set({ cursor: { ...next, layer: within(next.layer, group.layers), head: within(next.head, group.heads) } });
  },
  lookHeads: (patch) => store.set({ view: { ...store.get().view, ...patch } }),
  hover: (item, hover) => store.set({ hover: put(store.get().hover, item, hover) }),
  choose: (item, token) => store.set({ chosen: put(store.get().chosen, item, token) }),
  needLayer: () => undefined,
  needWhole: () => undefined,
  needThumbnails: () => undefined,
  needStatistics: () => undefined,
  retry: () => undefined,
  save: async () => Promise.resolve(true),
  image: null,
};

window.headsPage = {
  store,
  attention: (item, group, layer, head) => {
    const { dims, data } = tensorsOf(item, group, layer).attention;
    const size = dims[1]! * dims[2]!;
    return [...data.subarray(head * size, (head + 1) * size)];
  },
};
registerControls();
window.savedState = null;
render(
  <HeadsContext.Provider value={source}>
    <main>
      <Heads />
    </main>
  </HeadsContext.Provider>,
  document.body,
);
