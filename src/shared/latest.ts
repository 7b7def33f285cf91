/** Runs work one at a time; of what is offered meanwhile only the last is run. */
export class Latest<T> {
  private waiting: { readonly value: T } | null = null;
  private running = false;

  constructor(private readonly work: (value: T) => Promise<void>) {}

  offer(value: T): void {
    this.waiting = { value };
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting) {
      const { value } = this.waiting;
      this.waiting = null;
      await this.work(value);
    }
    this.running = false;
  }
}
