export interface RestartLimits {
  /** How many crashes within the window are followed by a new start. */
  readonly count: number;
  readonly windowMs: number;
}

export const defaultRestarts: RestartLimits = { count: 3, windowMs: 60_000 };

/** Stops a crash loop: once spent, the budget stays spent until it is reset. */
export class RestartBudget {
  private crashes: number[] = [];
  private exhausted = false;

  constructor(private readonly limits: RestartLimits) {}

  get spent(): boolean {
    return this.exhausted;
  }

  crashed(now = Date.now()): void {
    this.crashes = [...this.crashes.filter((time) => now - time < this.limits.windowMs), now];
    if (this.crashes.length > this.limits.count) this.exhausted = true;
  }

  reset(): void {
    this.crashes = [];
    this.exhausted = false;
  }
}
