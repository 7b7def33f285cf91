import type { Progress } from '../shared/rpc/progress';

/** Says on standard error what is being done, once it takes over a second. */
export function progressReporter(): { onProgress(p: Progress): void; done(): void } {
  let stage = '';
  let shown = '';
  const timer = setInterval(() => {
    if (stage === shown) return;
    shown = stage;
    console.error(`${stage} …`);
  }, 1000);
  timer.unref();
  return {
    onProgress: (p) => (stage = p.fraction === null ? p.stage : `${p.stage} ${Math.round(100 * p.fraction)} %`),
    done: () => clearInterval(timer),
  };
}
