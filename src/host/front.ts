import { EventEmitter, type Disposable, type Event } from 'vscode';
import type { HeadPlace, ShownHeads } from './trees/shown-heads';

/** A panel of whatever kind, as the side panel, the context keys and the commands know it. */
export interface FrontPanel {
  readonly kind: 'image' | 'text';
  readonly column: number | undefined;
  readonly visible: boolean;
  /** null until there is an explanation. */
  readonly heads: ShownHeads | null;
  /** Moves the panel's cursor, and brings the panel to where it is seen. */
  showPlace(place: HeadPlace): void;
}

/** Which panel was last in front, though the focus may have gone elsewhere, such as into the side panel. */
export class Front implements Disposable {
  private readonly panels = new Set<FrontPanel>();
  private readonly changed = new EventEmitter<FrontPanel | null>();
  private now: FrontPanel | null = null;

  get panel(): FrontPanel | null {
    return this.now;
  }

  /** Another panel is in front, or the front one shows another explanation, or its cursor moved. */
  get onDidChange(): Event<FrontPanel | null> {
    return this.changed.event;
  }

  /** A new panel; the only one is in front. */
  entered(panel: FrontPanel, active: boolean): void {
    this.panels.add(panel);
    if (active || !this.now) this.bring(panel);
  }

  bring(panel: FrontPanel | null): void {
    if (panel === this.now) return;
    this.now = panel;
    this.changed.fire(panel);
  }

  /** This panel shows something else. */
  touched(panel: FrontPanel): void {
    if (panel === this.now) this.changed.fire(panel);
  }

  /** It was closed: one that is seen takes its place. */
  left(panel: FrontPanel): void {
    this.panels.delete(panel);
    if (panel === this.now) this.bring([...this.panels].find(({ visible }) => visible) ?? null);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
