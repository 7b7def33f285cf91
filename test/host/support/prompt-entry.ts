import { EventEmitter, window, type QuickPickItem } from 'vscode';
import { withStub } from './stub';

/** A quick pick without a window: somebody types, and presses Enter on the first entry. */
class Typist {
  title = '';
  value = '';
  placeholder = '';
  ignoreFocusOut = false;
  buttons: unknown[] = [];
  items: readonly QuickPickItem[] = [];
  activeItems: readonly QuickPickItem[] = [];
  private readonly valueChanged = new EventEmitter<string>();
  private readonly accepted = new EventEmitter<void>();
  private readonly hidden = new EventEmitter<void>();
  private readonly never = new EventEmitter<never>();
  readonly onDidChangeValue = this.valueChanged.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidChangeActive = this.never.event;
  readonly onDidTriggerButton = this.never.event;
  readonly onDidTriggerItemButton = this.never.event;

  constructor(private readonly does: (typist: Typist) => void) {}

  type(text: string): void {
    this.value = text;
    this.valueChanged.fire(text);
  }

  /** On an entry that is chosen with the arrow keys, or the first. */
  enter(entry: (item: QuickPickItem) => boolean = () => true): void {
    this.activeItems = this.items.filter(entry).slice(0, 1);
    this.accepted.fire();
  }

  escape(): void {
    this.hidden.fire();
  }

  show(): void {
    setTimeout(() => this.does(this), 10);
  }

  dispose(): void {}
}

/** While the task runs, whoever is asked for prompts does this. */
export const withPromptEntry = <R>(does: (typist: Typist) => void, task: () => Promise<R>): Promise<R> =>
  withStub(window, 'createQuickPick', () => new Typist(does), task);
