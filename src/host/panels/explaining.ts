import { Cancelled } from '../../shared/errors';
import type { Progress } from '../../shared/rpc/progress';

/** So long a running explanation says nothing where there is a picture already: while one types, most are done by then. */
const patienceMs = 300;

/** Another explanation was asked for meanwhile, or the panel was closed: nobody is to be told. */
export class Superseded extends Cancelled {}

/** How an explanation is made: what ends it, and who hears how far it is. */
export interface ExplainOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** The explanations of one panel, of which the latest counts. */
export class Explaining {
  private generation = 0;
  private running: AbortController | null = null;

  constructor(private readonly working: (progress: Progress) => void) {}

  /**
   * Rejects with {@link Superseded} where a later one has begun. The earlier one is not ended then: that would cost the engine's process.
   *
   * @param silent whether progress is worth a word only after a while
   */
  async run<T>(explain: (options: ExplainOptions) => Promise<T>, silent: boolean): Promise<T> {
    const generation = ++this.generation;
    const latest = () => generation === this.generation;
    // Shared with an earlier one that still runs: cancelling ends them all.
    const abort = (this.running ??= new AbortController());
    let quiet = silent;
    let progress: Progress = { stage: 'Starting', fraction: null };
    const say = () => latest() && !quiet && this.working(progress);
    say();
    const patience = setTimeout(() => {
      quiet = false;
      say();
    }, patienceMs);
    const onProgress = (next: Progress) => {
      progress = next;
      say();
    };
    try {
      const explained = await explain({ signal: abort.signal, onProgress });
      if (!latest()) throw new Superseded();
      return explained;
    } catch (error) {
      throw latest() ? error : new Superseded();
    } finally {
      clearTimeout(patience);
      if (latest()) this.running = null;
    }
  }

  /** Whether an answer is on its way. */
  get busy(): boolean {
    return this.running !== null;
  }

  /** Ends the work, and with it the engine's process. */
  cancel(): void {
    this.running?.abort();
  }

  /** The same, and nobody is told. */
  dispose(): void {
    this.generation++;
    this.cancel();
  }
}
