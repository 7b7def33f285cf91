import { Cancelled } from '../../src/shared/errors';
import type { LayerRange, Tower } from '../../src/shared/explanation';
import type { HeadQuantity } from '../../src/shared/heads-data';
import type { ExportFormat, HeadCursor, PanelAction, PanelState, ToldState } from '../../src/shared/panel-protocol';
import { Latest } from '../../src/shared/latest';
import type { Hear, Host } from '../connect';
import { emptyState, type AppState, type Asked, type Hover } from './app-state';
import { Fetches } from './fetches';
import { PanelController, type FrameController } from './frame';
import type { HeadsView } from './heads-view';
import { opening } from './opening';
import type { Saved } from './persist';
import { restoredView } from './restored-view';
import { Store } from './store';
import { fitted, initialView, type OverlayView, type View } from './view';

/** What people and the extension do to a panel: the one place that changes its state. */
export class Controller extends PanelController<AppState> implements FrameController {
  readonly store = new Store<AppState>(emptyState);
  // The largest model's heads of one layer and prompt are 40 MB: the last few layers looked at stay.
  private readonly fetches = new Fetches<AppState, CacheName>(this.store, ({ panel }) => panel?.images, { heads: 8 });
  private readonly host: Host;
  private readonly prompts: Latest<Asked>;
  /** The view of before the window was reloaded, until an explanation is here to be viewed. */
  private restored: View | null;
  /** A row was chosen since prompts were asked for: what the person did last is where the answer finds them. */
  private chosenSince = false;

  constructor(
    connect: (hear: Hear) => Host,
    saved: Saved | null,
    private readonly keep: (saved: Saved) => void,
  ) {
    super();
    this.restored = saved?.view ?? null;
    this.host = connect({
      state: (told) => this.hear(told),
      status: (status) => this.store.set({ status }),
      head: (cursor) => this.moveTo(cursor),
    });
    this.prompts = new Latest((asked) => this.explain(asked));
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
  look(patch: Partial<View>): void {
    const { panel, view } = this.store.get();
    if (!panel || !view) return;
    if (patch.prompt !== undefined) this.chosenSince = true;
    const next = fitted({ ...view, ...patch }, panel);
    this.store.set({ view: next });
    this.keep({ version: 1, request: panel.request, view: next });
    const moved = (['image', 'prompt', 'tower', 'layer', 'head'] as const).some((key) => next[key] !== view[key]);
    if (moved) void this.host.emit('cursor', next);
  }

  lookOverlay(patch: Partial<OverlayView>): void {
    const { view } = this.store.get();
    if (view) this.look({ overlay: { ...view.overlay, ...patch } });
  }

  lookHeads(patch: Partial<HeadsView>): void {
    const { view } = this.store.get();
    if (view) this.look({ heads: { ...view.heads, ...patch } });
  }

  /** A range of layers of one tower, and of the other where the two are linked. */
  chooseLayers(tower: Tower, range: LayerRange): void {
    const patch = this.store.get().view?.linked
      ? { layers: range, textLayers: range }
      : tower === 'vision'
        ? { layers: range }
        : { textLayers: range };
    // A patch's own attention has no range of layers: whoever chooses one wants the map back.
    this.look({ ...patch, query: null });
  }

  hover(hover: Hover | null): void {
    this.store.set({ hover });
  }

  /** Other prompts: one request at a time, and of those that wait only the last. `target`: which of them is to be looked at then. */
  ask(prompts: readonly string[], target: number | null = null): void {
    const asked = { prompts, target };
    this.chosenSince = false;
    this.store.set({ asked });
    this.prompts.offer(asked);
  }

  act(action: PanelAction): void {
    this.host.call('act', { action }).catch((error: unknown) => this.fail(error));
  }

  async export(format: ExportFormat): Promise<boolean> {
    const { view } = this.store.get();
    if (!view) return false;
    const { image, prompt, method, layers, textLayers, overlay } = view;
    const { colourMap, smooth, opacity, scale } = overlay;
    return this.host.call('export', { format, image, prompt, method, layers, textLayers, colourMap, smooth, opacity, scale }); // prettier-ignore
  }

  save(name: string, text: string): Promise<boolean> {
    return this.host.call('save', { name, text });
  }

  /** Fetches a layer's heads unless they are here or on their way. */
  needHeads(tower: Tower, layer: number, prompt: number, gradient: boolean): void {
    const image = this.store.get().view?.image ?? 0;
    const call = () => this.host.call('heads', { image, tower, layer, prompt, gradient });
    void this.fetches.need('heads', headKey(image, tower, layer, prompt, gradient), call);
  }

  needThumbnails(tower: Tower, prompt: number, quantity: HeadQuantity): void {
    const image = this.store.get().view?.image ?? 0;
    const call = () => this.host.call('thumbnails', { image, tower, prompt, quantity });
    void this.fetches.need('thumbnails', thumbnailsKey(image, tower, prompt, quantity), call);
  }

  needStatistics(): void {
    const image = this.store.get().view?.image ?? 0;
    void this.fetches.need('statistics', statisticsKey(image), () => this.host.call('statistics', { image }));
  }

  /** Forgets what failed, so that it is fetched again. */
  retryFetch(cache: CacheName, key: string): void {
    this.fetches.forget(cache, key);
  }

  private async explain(asked: Asked): Promise<void> {
    const { prompts, target } = asked;
    try {
      const explained = await this.host.call('explain', { prompts });
      const { panel, view, asked: latest } = this.store.get();
      if (!panel || !view) return;
      const images = panel.images.map((image, i) => ({ ...image, explained: explained[i]! }));
      const before = panel.images[view.image]?.explained.prompts[view.prompt]?.text;
      const same = before === undefined ? -1 : prompts.indexOf(before);
      const prompt = (this.chosenSince ? null : target) ?? (same >= 0 ? same : view.prompt);
      this.show({ ...panel, images, request: { ...panel.request, prompts }, status: { kind: 'ready' }, head: null }, { prompt }); // prettier-ignore
      // What was asked for meanwhile is still to come.
      if (latest !== asked) this.store.set({ asked: latest });
    } catch (error) {
      // The extension has said by `status` what went wrong; the last picture stays, and so do the words that were typed.
      if (!(error instanceof Cancelled)) console.warn(error);
    }
  }

  /** A page that lacks a photo has not been answered yet, and is given everything then. */
  private hear(told: ToldState): void {
    const own = new Map(this.store.get().panel?.images.map(({ uri, photo }) => [uri, photo]));
    const images = told.images.flatMap((image) => {
      const photo = image.photo ?? own.get(image.uri);
      return photo ? [{ ...image, photo }] : [];
    });
    if (images.length === told.images.length) this.show({ ...told, images });
  }

  private show(panel: PanelState, looked: Partial<View> = {}): void {
    const before = this.store.get();
    // The prompts are of another explanation, and so is all that was fetched for the last one.
    const same = before.panel?.images.every(({ explained }, i) => explained === panel.images[i]?.explained) ?? false;
    const start = initialView(panel);
    const known = before.view ?? (this.restored && start && restoredView(this.restored, start));
    const view = known && { ...known, ...looked };
    const shown = panel.images.length > 0;
    const base = view ?? start;
    const next = shown && base ? fitted({ ...base, ...panel.head }, panel) : before.view;
    const caches = same ? {} : { heads: new Map(), thumbnails: new Map(), statistics: new Map() };
    const asked = panel.status.kind === 'ready' ? null : before.asked;
    this.store.set({ panel, status: panel.status, view: next, hover: null, asked, ...caches });
    if (shown) this.restored = null;
    this.keep({ version: 1, request: panel.request, view: next ?? this.restored });
    if (next && shown) void this.host.emit('cursor', next);
  }

  private moveTo({ tower, layer, head }: HeadCursor): void {
    this.look({ tower, layer, head });
  }
}

type CacheName = 'heads' | 'thumbnails' | 'statistics';

export const headKey = (image: number, tower: Tower, layer: number, prompt: number, gradient: boolean): string =>
  `${image} ${tower} ${layer} ${prompt}${gradient ? ' ∇' : ''}`;

export const thumbnailsKey = (image: number, tower: Tower, prompt: number, quantity: HeadQuantity): string =>
  `${image} ${tower} ${prompt} ${quantity}`;

export const statisticsKey = (image: number): string => `${image}`;
