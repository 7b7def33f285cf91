export interface HeartbeatLimits {
  readonly intervalMs: number;
  /** How long the child may be silent while it has not begun any work. */
  readonly idleLimitMs: number;
  /** How long it may be silent at work: a run of ONNX Runtime blocks it, however long the run is. */
  readonly busyLimitMs: number;
}

export const defaultHeartbeat: HeartbeatLimits = { intervalMs: 5_000, idleLimitMs: 30_000, busyLimitMs: 15 * 60_000 };

/**
 * Watches whether the child lives. The child says that it begins before it blocks its event loop, so silence means something else in work than out of it.
 * Silence is counted in beats, not by the clock: a laptop that slept is not a child that hung.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | null = null;
  private silentBeats = 0;
  private working = 0;

  constructor(
    private readonly limits: HeartbeatLimits,
    private readonly beat: () => void,
    private readonly hung: (silentMs: number) => void,
  ) {}

  /** Only while somebody waits for the child: an idle machine is left alone. */
  watch(on: boolean): void {
    if (on === (this.timer !== null)) return;
    this.silentBeats = 0;
    if (this.timer) clearInterval(this.timer);
    this.timer = on ? setInterval(() => this.tick(), this.limits.intervalMs) : null;
  }

  /** Anything was heard. */
  alive(): void {
    this.silentBeats = 0;
  }

  begun(): void {
    this.working++;
  }

  done(): void {
    this.working--;
  }

  private tick(): void {
    const silentMs = ++this.silentBeats * this.limits.intervalMs;
    if (silentMs <= (this.working > 0 ? this.limits.busyLimitMs : this.limits.idleLimitMs)) return this.beat();
    this.watch(false);
    this.hung(silentMs);
  }
}
