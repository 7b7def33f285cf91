import type { Disposable } from 'vscode';

/** Does something once nobody has asked for it for a while. */
export class AtRest implements Disposable {
  private timer: NodeJS.Timeout | null = null;

  /** @param after milliseconds */
  constructor(
    private readonly act: () => void,
    private readonly after: number,
  ) {}

  get waiting(): boolean {
    return this.timer !== null;
  }

  ask(after = this.after): void {
    this.dispose();
    this.timer = setTimeout(() => this.now(), after);
  }

  /** Does it at once, and no longer later. */
  now(): void {
    this.dispose();
    this.act();
  }

  /** What waits is not done. */
  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
