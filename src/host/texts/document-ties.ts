import { window, type Disposable, type TextDocument } from 'vscode';
import type { TextOutline } from '../../shared/text/explanation';
import type { LitInDocument, TextAsk, TextPanelRequest, TextSource } from '../../shared/text/panel-protocol';
import { AtRest } from '../at-rest';
import { placeOf } from './place';
import { SourceLink, type SourceNews } from './source-link';
import { registerTokenHovers, type Pointed } from './token-hovers';
import { TokenMarks } from './token-marks';
import { placesOf, tokensAt } from './token-places';

type Item = TextPanelRequest['items'][number];

/** A frame: what the editor says in between is not told. */
const frameMs = 16;
/** So long the token under the pointer stays lit; that the pointer has left, an editor does not say. */
const pointedMs = 3000;

interface Hears extends SourceNews {
  /** The caret, the selection or the pointer is on these tokens. */
  lit(tokens: LitInDocument): void;
  /** What is explained of an item now; null: nothing. */
  explained(item: number): TextOutline | null;
}

/** The documents behind a panel's texts: where each text stands now, which tokens are marked there, and which the caret is on. */
export class DocumentTies implements Disposable {
  private links: (SourceLink | null)[][] = [];
  private readonly marks = new TokenMarks();
  private readonly selections: Disposable;
  private hovers: Disposable | null = null;
  private frame: NodeJS.Timeout | null = null;
  private readonly pointing = new AtRest(() => this.sayCaret(), pointedMs);
  private said = '';

  constructor(private readonly on: Hears) {
    this.selections = window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (this.linksOf(textEditor.document).length > 0) this.sayCaret(textEditor);
    });
  }

  /** Follows these texts from now on; those that it follows already are not looked for again. */
  tie(items: readonly Item[]): void {
    const before = this.links;
    this.links = items.map((item, i) =>
      textsOf(item).map((text, k) => this.linkFor(text, item.sources[k] ?? null, before[i]?.[k] ?? null)),
    );
    const kept = new Set(this.links.flat());
    for (const link of before.flat()) if (!kept.has(link)) link?.dispose();
    const some = this.links.flat().some((link) => link !== null);
    if (some) this.hovers ??= registerTokenHovers((document, offset) => this.pointed(document, offset));
    else this.letHoversGo();
  }

  /** An item as its documents have it now. */
  current(ask: TextAsk, item: number): Item {
    const links = this.links[item] ?? [];
    const text = (k: number, otherwise: string) => links[k]?.text ?? otherwise;
    return {
      ...ask,
      text: text(0, ask.text),
      pair: ask.pair === null ? null : text(1, ask.pair),
      sources: links.map((link) => link?.source ?? null),
    };
  }

  place(item: number): string | null {
    return placeOf(this.links[item] ?? []);
  }

  /** Where the first of an item's texts stands that is tied to a document. */
  tiedTo(item: number) {
    return this.links[item]?.map((link) => link?.tiedTo).find((tied) => tied) ?? null;
  }

  /** Marks tokens of an item in its documents; of others, none are. */
  mark(lit: LitInDocument): void {
    const explained = this.on.explained(lit.item);
    const links = this.links[lit.item] ?? [];
    this.marks.show(
      links.flatMap((link, source) => {
        const tied = link?.tiedTo;
        // While an edit is on its way through the model, nobody knows where its tokens are.
        if (!tied || !explained || explained.texts[source] !== link.text) return [];
        const spans = placesOf(explained, lit, source).map(({ start, end }) => ({
          start: tied.span.start + start,
          end: tied.span.start + end,
        }));
        return [{ document: tied.document, spans }];
      }),
    );
  }

  unmark(): void {
    this.marks.show([]);
  }

  /** For a page that does not know yet where the caret is. */
  sayAgain(): void {
    this.said = '';
    this.sayCaret();
  }

  dispose(): void {
    if (this.frame) clearTimeout(this.frame);
    this.pointing.dispose();
    for (const link of this.links.flat()) link?.dispose();
    this.letHoversGo();
    this.selections.dispose();
    this.marks.dispose();
  }

  private letHoversGo(): void {
    this.hovers?.dispose();
    this.hovers = null;
  }

  private linkFor(text: string, source: TextSource | null, before: SourceLink | null): SourceLink | null {
    // One whose document is closed is still the one: it may be opened again.
    if (before?.text === text && (source === null ? before.source === null : same(before.source, source)))
      return before;
    return source && new SourceLink(source, text, this.on);
  }

  private linksOf(document: TextDocument) {
    return this.links.flatMap((links, item) =>
      links.flatMap((link, source) => {
        const tied = link?.tiedTo;
        return tied?.document === document ? [{ item, source, link: link!, span: tied.span }] : [];
      }),
    );
  }

  /** At most once a frame. */
  private sayCaret(editor = window.visibleTextEditors.find(({ document }) => this.linksOf(document).length > 0)): void {
    this.pointing.dispose();
    if (this.frame || !editor) return;
    this.frame = setTimeout(() => {
      this.frame = null;
      const { document, selection } = editor;
      this.say(this.tokensOf(document, document.offsetAt(selection.start), document.offsetAt(selection.end)));
    }, frameMs);
  }

  private say(lit: LitInDocument): void {
    const said = JSON.stringify(lit);
    if (said === this.said) return;
    this.said = said;
    this.on.lit(lit);
  }

  private tokensOf(document: TextDocument, start: number, end: number): LitInDocument {
    for (const { item, source, link, span } of this.linksOf(document)) {
      const explained = this.on.explained(item);
      if (end < span.start || start > span.end || explained?.texts[source] !== link.text) continue;
      const found = tokensAt(explained, source, {
        start: Math.max(start - span.start, 0),
        end: Math.min(end, span.end) - span.start,
      });
      // All of it is what was selected to be explained: that points at nothing.
      const whole = end - start > 0 && start <= span.start && end >= span.end;
      if (found.tokens.length > 0 && !whole) return { item, ...found };
    }
    return { item: 0, sequence: 0, tokens: [] };
  }

  private pointed(document: TextDocument, offset: number): Pointed | null {
    const lit = this.tokensOf(document, offset, offset);
    const [token] = lit.tokens;
    const explained = this.on.explained(lit.item);
    if (token === undefined || !explained) {
      if (this.pointing.waiting) this.sayCaret();
      return null;
    }
    this.say(lit);
    this.pointing.ask();
    const { source, start, end } = explained.sequences[lit.sequence]!.tokens[token]!;
    const from = this.linksOf(document).find((one) => one.item === lit.item && one.source === source)!.span.start;
    return { span: { start: from + start!, end: from + end! }, explained, sequence: lit.sequence, token };
  }
}

const textsOf = ({ text, pair }: TextAsk): readonly string[] => (pair === null ? [text] : [text, pair]);

const same = (a: TextSource | null, b: TextSource): boolean =>
  a !== null && a.uri === b.uri && a.start === b.start && a.end === b.end;
