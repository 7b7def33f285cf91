import { Selection, TextEditorRevealType, ViewColumn, window, type WebviewPanel } from 'vscode';
import { Cancelled } from '../../shared/errors';
import type { HeadSketch } from '../../shared/head-sketch';
import type { HeadStatistics } from '../../shared/heads-data';
import type { Handlers, Side } from '../../shared/rpc/rpc';
import type { IntegratedGradients, TextExplanation, TextOutline } from '../../shared/text/explanation';
import type {
  ChosenHeads,
  GroupCursor,
  LitInDocument,
  TextAction,
  TextHostEvents,
  TextHostMethods,
  TextPanelEvents,
  TextPanelRequest,
  TextPanelState,
} from '../../shared/text/panel-protocol';
import { exactHeads } from '../../shared/text/exact-heads';
import { averagesOf } from '../../shared/text/outline';
import { textHostParams, textPanelEvents } from '../../shared/text/panel-schemas';
import { AtRest } from '../at-rest';
import { pickModel } from '../commands/pick-model';
import { DocumentTies } from '../texts/document-ties';
import { explainTexts, type ShownText } from '../texts/explain-texts';
import { exportText } from '../texts/exports';
import { beginning, textKeyOf, textTitleOf, withSources } from '../texts/request';
import type { HeadPlace, ShownHeads } from '../trees/shown-heads';
import { attentionGroups } from '../trees/text-heads';
import { act } from './actions';
import { LensPanel } from './lens-panel';
import { Once } from './once';
import type { PanelRoom } from './panel-room';
import { saveText } from './save';
import { textPanelSettings } from './text-panel-settings';

/** Between two keystrokes of somebody who writes fast, the model is left alone. */
const editedMs = 150;
/** A title that follows every letter makes the workbench lay its tabs out anew each time. */
const titledMs = 500;

/** One explanation, of one text or pair, or of two that are compared, in one panel: the extension's end of it. */
export class TextPanel extends LensPanel<TextHostMethods, TextPanelEvents, TextHostEvents, TextPanelRequest> {
  readonly kind = 'text';
  private shown: readonly ShownText[] = [];
  /** Heads that came with them. */
  private looked: TextPanelState['looked'] = [];
  private readonly measured = new Once<TextOutline, readonly HeadStatistics[]>();
  private readonly averaged = new Once<TextOutline, TextExplanation>();
  private readonly integrated = new Once<TextOutline, IntegratedGradients>();
  private readonly ties: DocumentTies;
  private readonly edits = new AtRest(() => this.followEdits(), editedMs);
  private readonly title = new AtRest(() => (this.webview.title = textTitleOf(this.asked)), titledMs);

  constructor(room: PanelRoom, webview: WebviewPanel, asked: TextPanelRequest) {
    super(room, webview, asked, { params: textHostParams, events: textPanelEvents });
    this.ties = new DocumentTies({
      moved: () => this.edits.ask(),
      edited: () => this.edited(),
      lost: () => {
        this.setStatus({ kind: 'gone' });
        this.tellPlace();
      },
      lit: (lit) => this.say('lit', lit),
      explained: (item) => this.shown[item]?.explained ?? null,
    });
    this.follow(asked);
    this.title.now();
    webview.onDidChangeViewState(() => {
      if (!webview.visible) this.ties.unmark();
    });
  }

  /** As the documents have it now, also before that is explained. */
  override get request(): TextPanelRequest {
    return { items: this.asked.items.map((item, i) => this.ties.current(item, i)) };
  }

  /** Empty until the first explanation is here. */
  get items(): TextPanelState['items'] {
    return this.shown.map(({ explained }, i) => ({ explained, place: this.ties.place(i) }));
  }

  /** Of the item that the panel's cursor is in: a comparison has one tree. */
  get heads(): ShownHeads | null {
    const { cursor } = this;
    const item = cursor?.item ?? 0;
    const explained = this.shown[item]?.explained;
    if (!explained) return null;
    const group = cursor && explained.attentions[cursor.group];
    return {
      explanation: explained,
      groups: attentionGroups(explained.attentions),
      prompt: 0,
      target: explained.target.label,
      title: `“${explained.texts.map((text) => beginning(text)).join('” · “')}”`,
      at: group ? { group: group.name, layer: cursor.layer, head: cursor.head } : null,
      statistics: () => this.statistics(item),
    };
  }

  async followModel(): Promise<void> {
    if (this.asked.items.every(({ model }) => model === null)) return;
    await this.explain({ items: this.request.items.map((item) => ({ ...item, model: null })) });
  }

  protected get hasExplanation(): boolean {
    return this.shown.length > 0;
  }

  protected close(): void {
    this.edits.dispose();
    this.title.dispose();
    this.ties.dispose();
  }

  protected cursorAt({ group, layer, head }: HeadPlace): GroupCursor {
    const groups = this.shown[this.cursor?.item ?? 0]?.explained.attentions ?? [];
    return {
      group: Math.max(
        0,
        groups.findIndex(({ name }) => name === group),
      ),
      layer,
      head,
    };
  }

  protected listeners(): Side<TextHostMethods, TextPanelEvents>['onEvent'] {
    return { cursor: (cursor) => this.moved(cursor), light: (lit) => this.light(lit) };
  }

  protected handlers(): Handlers<TextHostMethods> {
    const { room } = this;
    const tied = <T>(answer: T): Promise<T> => {
      // It takes a frame, and so follows the answer.
      this.ties.sayAgain();
      return Promise.resolve(answer);
    };
    return {
      begin: () => tied(this.begun(() => this.opened())),
      open: () => tied(this.opened()),
      explain: async ({ items, looked }) => {
        const now = this.request.items;
        const asked = items.map((ask, i) => withSources(ask, now[i], this.shown[i]?.subject));
        await this.run({ items: asked }, false, looked);
        return this.shown.map(({ explained }, i) => ({ explained, looked: this.looked[i] ?? null })); // prettier-ignore
      },
      heads: (choice) => this.logged(() => this.headsOf(choice)),
      thumbnails: ({ item, ...choice }) =>
        this.logged(async () => room.explainer.textThumbnails(this.known(item).subject, choice)),
      averages: ({ item }) => this.logged(async () => averagesOf(await this.whole(item))),
      statistics: ({ item }) => this.logged(() => this.statistics(item)),
      integrated: ({ item }) => this.logged(() => this.integrate(item)),
      export: (choice) =>
        this.logged(async () => {
          const { item } = choice;
          const { subject } = this.known(item);
          const [explained, integrated] = [() => this.whole(item), () => this.integrate(item)];
          return exportText(room, { subject, explained, integrated, beside: this.document(item) }, choice);
        }),
      save: ({ name, text }) => this.logged(() => saveText(this.document(0), name, text)),
      act: async ({ action }) => {
        // Not awaited: a dialog may stay open for long, and the page has nothing to wait for.
        this.act(action).catch((error: unknown) => room.report(error));
        return Promise.resolve(null);
      },
    };
  }

  /**
   * @param anew whether texts that are explained already are explained again
   * @param looked the heads that the page shows; where it did not say, those under its cursor
   */
  protected async run(request: TextPanelRequest, anew: boolean, looked = this.underCursor): Promise<void> {
    this.asked = request;
    this.follow(request);
    this.edits.dispose();
    try {
      const known = anew ? [] : this.shown;
      const { explainer } = this.room;
      const explained = await this.latest((options) => explainTexts(explainer, request.items, known, looked, options));
      this.shown = explained.shown;
      this.looked = explained.looked;
      this.ready({ tell: false });
      // The caret may be on another token now, and the page has forgotten the one before.
      this.ties.sayAgain();
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  protected state(): TextPanelState {
    const { request, items, looked, status, head } = this;
    return { request, items, looked, status, settings: textPanelSettings(this.room.settings()), head };
  }

  /** A page that does not know yet what it shows is told all. */
  protected override tellPlace(): void {
    if (this.untold) return this.tell();
    this.say('places', { request: this.request, places: this.items.map(({ place }) => place) });
  }

  private follow(request: TextPanelRequest): void {
    this.ties.tie(request.items);
    this.title.ask();
  }

  /** The text was edited in its document. What is marked there stands for what was. */
  private edited(): void {
    this.ties.unmark();
    if (!this.room.settings().live) this.setStatus({ kind: 'changed' });
    this.edits.ask();
  }

  /** After the last of several edits. */
  private followEdits(): void {
    const edited = textKeyOf(this.request) !== textKeyOf(this.asked);
    if (edited && this.room.settings().live) this.refresh();
    else this.relocated();
  }

  private get underCursor(): readonly ChosenHeads[] {
    const { cursor } = this;
    const explained = cursor && this.shown[cursor.item]?.explained;
    if (!cursor || !explained) return [];
    const { item, group, layer, head } = cursor;
    return [{ item, group, layer, gradient: false, exact: exactHeads(explained, group, [head]) }];
  }

  private light(lit: LitInDocument): void {
    if (this.webview.visible) this.ties.mark(lit);
  }

  private async headsOf({ item, ...choice }: ChosenHeads): Promise<HeadSketch> {
    return this.room.explainer.textHeads(this.known(item).subject, choice);
  }

  private statistics(item: number): Promise<readonly HeadStatistics[]> {
    return this.once(this.measured, item, (subject) => this.room.explainer.textStatistics(subject));
  }

  private integrate(item: number): Promise<IntegratedGradients> {
    return this.once(this.integrated, item, (subject) => this.room.explainer.integratedGradients(subject));
  }

  /** With the averages, which the engine keeps until they are looked at. */
  private whole(item: number): Promise<TextExplanation> {
    return this.once(this.averaged, item, (subject) => this.room.explainer.explainText(subject));
  }

  private async once<T>(
    kept: Once<TextOutline, T>,
    item: number,
    ask: (subject: ShownText['subject']) => Promise<T>,
  ): Promise<T> {
    const { subject, explained } = this.known(item);
    return kept.get(explained, () => ask(subject));
  }

  private known(item: number): ShownText {
    const shown = this.shown[item];
    if (!shown) throw new Cancelled('There is no explanation of this text yet.');
    return shown;
  }

  private document(item: number) {
    return this.ties.tiedTo(item)?.document.uri ?? null;
  }

  private async act(action: TextAction): Promise<void> {
    const [first, second] = this.request.items;
    switch (action) {
      case 'compare-text':
        // A copy, to be edited.
        return this.explain({ items: [first!, { ...first!, sources: [] }] }, { anew: false });
      case 'compare-model': {
        const picked = await pickModel(this.room, ['text'], 'Compare with Another Model');
        if (!picked) return;
        return this.explain({ items: [first!, { ...first!, model: picked.model, target: null }] }, { anew: false });
      }
      case 'stop-comparing':
        return this.explain({ items: [second && this.cursor?.item === 1 ? second : first!] }, { anew: false });
      case 'reveal-source':
        return this.revealSource();
      case 'choose-image':
        return;
      default:
        return act(this, this.room, action);
    }
  }

  /** Shows the text where it stands, selected, beside the panel. */
  private async revealSource(): Promise<void> {
    const tied = this.ties.tiedTo(this.cursor?.item ?? 0) ?? this.ties.tiedTo(0);
    if (!tied) return;
    const { document, span } = tied;
    const seen = window.visibleTextEditors.find((editor) => editor.document === document);
    const editor = await window.showTextDocument(document, { viewColumn: seen?.viewColumn ?? besideOf(this.column) });
    editor.selection = new Selection(document.positionAt(span.start), document.positionAt(span.end));
    editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** A group of editors that does not hide the panel, where there is one. */
const besideOf = (column: number | undefined): ViewColumn =>
  window.tabGroups.all.find(({ viewColumn }) => viewColumn !== column)?.viewColumn ?? ViewColumn.Beside;
