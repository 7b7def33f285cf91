import { EventEmitter, type Disposable, type Event } from 'vscode';

/** What the engine is doing for this window, in the order in which it was asked: for the status bar and for context keys. */
export class Work implements Disposable {
  private readonly items = new Set<{ stage: string }>();
  private readonly changed = new EventEmitter<void>();

  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** As shown to the user: what the oldest task does, since the engine works in turn. null: nothing is done. */
  get stage(): string | null {
    return [...this.items][0]?.stage ?? null;
  }

  /** Shows a task while it runs; `say` names what it is doing now. */
  async during<T>(stage: string, task: (say: (stage: string) => void) => Promise<T>): Promise<T> {
    const item = { stage };
    this.items.add(item);
    this.changed.fire();
    try {
      return await task((next) => {
        item.stage = next;
        this.changed.fire();
      });
    } finally {
      this.items.delete(item);
      this.changed.fire();
    }
  }

  dispose(): void {
    this.changed.dispose();
  }
}
