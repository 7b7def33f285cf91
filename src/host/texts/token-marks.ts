import {
  ColorThemeKind,
  OverviewRulerLane,
  Range,
  ThemeColor,
  window,
  type DecorationRenderOptions,
  type Disposable,
  type TextDocument,
  type TextEditorDecorationType,
} from 'vscode';
import type { Span } from './span';

/** Stretches of one document. */
export interface Marked {
  readonly document: TextDocument;
  readonly spans: readonly Span[];
}

/** Marks tokens in every visible editor of their document, in the colours of the theme; one set of marks at a time. */
export class TokenMarks implements Disposable {
  private readonly parts: readonly Disposable[];
  private type: TextEditorDecorationType | null = null;
  private now: readonly Marked[] = [];

  constructor() {
    this.parts = [
      window.onDidChangeVisibleTextEditors(() => this.draw()),
      window.onDidChangeActiveColorTheme(() => {
        this.forget();
        this.draw();
      }),
    ];
  }

  /** Of nothing, where the list is empty. */
  show(marked: readonly Marked[]): void {
    const before = this.now;
    this.now = marked.filter(({ spans }) => spans.length > 0);
    if (this.now.length > 0) this.draw();
    else if (before.length > 0) this.forget();
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
    this.forget();
  }

  private draw(): void {
    if (this.now.length === 0) return;
    const type = (this.type ??= window.createTextEditorDecorationType(style(window.activeColorTheme.kind)));
    for (const editor of window.visibleTextEditors) {
      const spans = this.now.flatMap(({ document, spans: own }) => (document === editor.document ? own : []));
      editor.setDecorations(
        type,
        spans.map(({ start, end }) => new Range(editor.document.positionAt(start), editor.document.positionAt(end))),
      );
    }
  }

  /** With its type, all that was drawn with it is gone, also in editors that are not seen. */
  private forget(): void {
    this.type?.dispose();
    this.type = null;
  }
}

/** High contrast themes have no such background: there, a border says it. */
function style(kind: ColorThemeKind): DecorationRenderOptions {
  const contrast = kind === ColorThemeKind.HighContrast || kind === ColorThemeKind.HighContrastLight;
  return {
    borderRadius: '2px',
    ...(contrast
      ? { border: '1px solid', borderColor: new ThemeColor('contrastActiveBorder') }
      : { backgroundColor: new ThemeColor('editor.findMatchHighlightBackground') }),
    overviewRulerColor: new ThemeColor('editorOverviewRuler.findMatchForeground'),
    overviewRulerLane: OverviewRulerLane.Center,
  };
}
