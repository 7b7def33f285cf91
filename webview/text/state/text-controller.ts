import { Cancelled } from '../../../src/shared/errors';
import { sketchedHeads } from '../../../src/shared/head-sketch';
import type { HeadQuantity, HeadTensors } from '../../../src/shared/heads-data';
import { Latest } from '../../../src/shared/latest';
import type { LayerHeads, SaliencyMethod, TextExplanation } from '../../../src/shared/text/explanation';
import { followedToken } from '../../../src/shared/text/followed-token';
import { withAverages } from '../../../src/shared/text/outline';
import type {
  GroupCursor,
  LookedHeads,
  TextAction,
  TextAsk,
  TextExportRequest,
  TextPanelState,
  TextPlaces,
} from '../../../src/shared/text/panel-protocol';
import { asksOf, askedRequest, sameTexts, stillTied } from '../../../src/shared/text/request';
import { Fetches, type Fetched } from '../../state/fetches';
import { PanelController, type FrameController } from '../../state/frame';
import type { HeadsView } from '../../state/heads-view';
import { opening } from '../../state/opening';
import { Store } from '../../state/store';
import type { HearText, TextHost } from '../connect';
import { commonGroups, commonIndex } from './common-groups';
import { headsKey, headsLookedAt } from './heads-looked-at';
import { LightInDocument } from './light-in-document';
import { restoredTextView } from './restored-text-view';
import type { SavedText } from './saved-text';
import { emptyTextState, type TextHover, type TextState } from './text-state';
import {
  fittedText,
  initialTextView,
  type HiddenView,
  type SaliencyView,
  type TextView,
  type TokenPlace,
} from './text-view';

/** What people and the extension do to a text panel: the one place that changes its state. */
export class TextController extends PanelController<TextState> implements FrameController {
  readonly store = new Store<TextState>(emptyTextState);
  // A layer of 512 tokens and 12 heads is 25 MB.
  private readonly fetches = new Fetches<TextState, CacheName>(this.store, () => this.explanations, { heads: 10 });
  private readonly host: TextHost;
  private readonly asks: Latest<readonly TextAsk[]>;
  private readonly document: LightInDocument;
  /** Counts what is shown: another state is about other explanations. */
  private explanations = 0;
  /** The view of before the window was reloaded, until an explanation is here to be viewed. */
  private restored: unknown;

  constructor(
    connect: (hear: HearText) => TextHost,
    saved: SavedText | null,
    private readonly keep: (saved: SavedText) => void,
  ) {
    super();
    this.restored = saved?.view ?? null;
    this.host = connect({
      state: (panel) => this.show(panel),
      status: (status) => this.store.set({ status }),
      head: (cursor) => this.moveTo(cursor),
      places: (places) => this.placed(places),
      lit: (lit) => this.store.set({ lit: lit.tokens.length > 0 ? lit : null }),
    });
    this.asks = new Latest((asked) => this.explain(asked));
    this.document = new LightInDocument((lit) => void this.host.emit('light', lit));
  }

  async open(): Promise<void> {
    try {
      const state = await opening(
        (method) => this.host.call(method, null),
        () => this.store.get().panel !== null,
      );
      if (state) this.show(state);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Changes what is viewed; cursors tell the extension. */
  look(patch: Partial<TextView>): void {
    const { panel, view } = this.store.get();
    if (!panel || !view) return;
    const next = fittedText({ ...view, ...patch }, panel);
    this.store.set({ view: next });
    this.keep({ version: 1, request: panel.request, view: next });
    const moved = (['group', 'layer', 'head'] as const).some((key) => next[key] !== view[key]);
    if (moved || next.chosen?.item !== view.chosen?.item) this.tellCursor(panel, next);
  }

  /** The chosen one again: back to the default. */
  choose(place: TokenPlace): void {
    const chosen = this.store.get().view?.chosen;
    const same = (['item', 'sequence', 'token'] as const).every((key) => chosen?.[key] === place[key]);
    this.look({ chosen: same ? null : place });
  }

  lookSaliency(patch: Partial<SaliencyView>): void {
    const { view } = this.store.get();
    if (view) this.look({ saliency: { ...view.saliency, ...patch } });
  }

  lookHidden(patch: Partial<HiddenView>): void {
    const { view } = this.store.get();
    if (view) this.look({ hidden: { ...view.hidden, ...patch } });
  }

  lookHeads(patch: Partial<HeadsView>): void {
    const { view } = this.store.get();
    if (view) this.look({ heads: { ...view.heads, ...patch } });
  }

  hover(hover: TextHover | null): void {
    this.store.set({ hover });
    this.document.show(hover);
  }

  /** What is asked for: what waits for its answer, or was answered last. */
  get asked(): readonly TextAsk[] {
    const { asked, panel } = this.store.get();
    return asked ?? (panel ? asksOf(panel.request) : []);
  }

  /** Other texts, models or targets: one request at a time, and of those that wait only the last. */
  ask(asked: readonly TextAsk[]): void {
    this.store.set({ asked });
    this.asks.offer(asked);
  }

  act(action: TextAction): void {
    this.host.call('act', { action }).catch((error: unknown) => this.fail(error));
  }

  async export(format: TextExportRequest['format']): Promise<boolean> {
    const { panel, view } = this.store.get();
    if (!panel || !view) return false;
    const { method } = view.saliency;
    const saliency: SaliencyMethod = method === 'relevance' ? panel.settings.saliency : method;
    return this.host.call('export', { format, item: view.chosen?.item ?? 0, method: saliency });
  }

  save(name: string, text: string): Promise<boolean> {
    return this.host.call('save', { name, text });
  }

  /** Fetches a layer's heads unless they are here or on their way. The group is the item's own. */
  needHeads(item: number, heads: LayerHeads): void {
    const call = () => this.host.call('heads', { item, ...heads }).then(sketchedHeads);
    void this.fetches.need('heads', headsKey(item, heads), call);
  }

  needThumbnails(item: number, group: number, quantity: HeadQuantity): void {
    const call = () => this.host.call('thumbnails', { item, group, quantity });
    void this.fetches.need('thumbnails', thumbnailsKey(item, group, quantity), call);
  }

  needStatistics(item: number): void {
    void this.fetches.need('statistics', `${item}`, () => this.host.call('statistics', { item }));
  }

  needIntegrated(item: number): void {
    void this.fetches.need('integrated', `${item}`, () => this.host.call('integrated', { item }));
  }

  needAverages(item: number): void {
    void this.fetches.need('averages', `${item}`, () => this.host.call('averages', { item }));
  }

  /** Of all items, with everything that the extension holds of them. */
  async whole(): Promise<readonly TextExplanation[]> {
    const { panel } = this.store.get();
    const shown = this.explanations;
    const averages = await Promise.all((panel?.items ?? []).map((_, item) => this.host.call('averages', { item })));
    if (shown !== this.explanations) throw new Cancelled('The text was explained anew meanwhile. Try again.');
    return averages.map((own, i) => withAverages(panel!.items[i]!.explained, own));
  }

  /** Forgets what failed, so that it is fetched again. */
  retryFetch(cache: CacheName, key: string): void {
    this.fetches.forget(cache, key);
  }

  private async explain(asked: readonly TextAsk[]): Promise<void> {
    try {
      const looked = headsLookedAt(this.store.get(), asked);
      // Thumbnails are made of every head.
      const all = this.store.get().view?.heads.pane === 'model';
      const explained = await this.host.call('explain', { items: asked, looked: all ? [] : looked });
      const { panel, asked: latest } = this.store.get();
      if (!panel) return;
      const request = askedRequest(panel.request, asked);
      const items = explained.map(({ explained }, i) => ({
        explained,
        place: stillTied(panel.request.items[i], request.items[i]!) ? (panel.items[i]?.place ?? null) : null,
      }));
      const along = explained.map(({ looked }) => looked);
      this.show({ ...panel, request, items, looked: along, status: { kind: 'ready' }, head: null });
      // What was asked for meanwhile is still to come.
      if (latest !== asked) this.store.set({ asked: latest });
    } catch (error) {
      // The extension has said by `status` what went wrong; what was shown last stays, and so does what was typed.
      if (!(error instanceof Cancelled)) console.warn(error);
    }
  }

  private show(panel: TextPanelState): void {
    this.explanations++;
    const before = this.store.get();
    const start = initialTextView(panel);
    const known = before.view ?? (this.restored !== null && start ? restoredTextView(this.restored, start) : null);
    const shown = panel.items.length > 0;
    const base = known ? { ...known, chosen: followed(before.panel, panel, known) } : start;
    const next = shown && base ? fittedText({ ...base, ...headOf(panel) }, panel) : before.view;
    const asked = panel.status.kind === 'ready' ? null : before.asked;
    this.store.set({
      panel,
      status: panel.status,
      view: next,
      hover: null,
      lit: null,
      asked,
      // What was fetched was of other explanations.
      heads: new Map(panel.looked.flatMap((looked, item) => (looked ? [along(item, looked)] : []))),
      thumbnails: new Map(),
      statistics: new Map(),
      integrated: new Map(),
      averages: new Map(),
    });
    this.document.show(null);
    if (shown) this.restored = null;
    this.keep({ version: 1, request: panel.request, view: next ?? this.restored });
    if (next && shown) this.tellCursor(panel, next);
  }

  /** One that was edited here meanwhile stands nowhere. */
  private placed({ request, places }: TextPlaces): void {
    const { panel, view } = this.store.get();
    if (!panel || !sameTexts(panel.request, request)) return;
    const items = panel.items.map((item, i) => ({ ...item, place: places[i] ?? null }));
    this.store.set({ panel: { ...panel, request, items } });
    this.keep({ version: 1, request, view: view ?? this.restored });
  }

  private moveTo({ group, layer, head }: GroupCursor): void {
    const { panel, view } = this.store.get();
    if (!panel || !view) return;
    const common = commonIndex(panel.items, view.chosen?.item ?? 0, group);
    if (common >= 0) this.look({ group: common, layer, head });
  }

  private tellCursor({ items }: TextPanelState, { chosen, group, layer, head }: TextView): void {
    const item = chosen?.item ?? 0;
    const own = commonGroups(items)[group]?.indices[item];
    if (own !== undefined) void this.host.emit('cursor', { item, group: own, layer, head });
  }
}

const along = (item: number, { of, heads }: LookedHeads): [string, Fetched<HeadTensors>] => [
  headsKey(item, of),
  { kind: 'here', value: sketchedHeads(heads) },
];

type CacheName = 'heads' | 'thumbnails' | 'statistics' | 'integrated' | 'averages';

export const thumbnailsKey = (item: number, group: number, quantity: HeadQuantity): string =>
  `${item} ${group} ${quantity}`;

/** The chosen token, where the texts were edited around it. */
function followed(before: TextPanelState | null, after: TextPanelState, { chosen }: TextView): TextView['chosen'] {
  if (!chosen) return null;
  const tokens = after.items[chosen.item]?.explained.sequences[chosen.sequence]?.tokens;
  const known = before?.items[chosen.item]?.explained.sequences[chosen.sequence]?.tokens;
  if (!tokens) return null;
  if (!known) return chosen;
  const token = followedToken(known, tokens, chosen.token);
  return token === null ? null : { ...chosen, token };
}

/** A head that the side panel opened the panel at. */
function headOf({ items, head }: TextPanelState): Partial<GroupCursor> {
  if (!head) return {};
  const group = commonIndex(items, 0, head.group);
  return group < 0 ? {} : { ...head, group };
}
