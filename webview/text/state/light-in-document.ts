import type { LitInDocument } from '../../../src/shared/text/panel-protocol';

/** Tells the extension what the pointer is on, at most once a frame, and only what is new. */
export class LightInDocument {
  private told: LitInDocument | null = null;
  private next: LitInDocument | null = null;
  private waiting = false;

  constructor(private readonly tell: (lit: LitInDocument) => void) {}

  /** null: on nothing. */
  show(lit: LitInDocument | null): void {
    this.next = lit;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.send();
    });
  }

  private send(): void {
    const { told, next } = this;
    if (same(told, next)) return;
    this.told = next;
    const { item, sequence } = next ?? told!;
    this.tell({ item, sequence, tokens: next?.tokens ?? [] });
  }
}

const same = (a: LitInDocument | null, b: LitInDocument | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.item === b.item &&
    a.sequence === b.sequence &&
    a.tokens.length === b.tokens.length &&
    a.tokens.every((token, i) => token === b.tokens[i]));
