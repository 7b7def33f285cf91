import { ProgressLocation, window } from 'vscode';

/** Runs something long with a notification that can cancel it; undefined: it was cancelled. */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const abort = new AbortController();
  try {
    return await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (_, token) => {
        token.onCancellationRequested(() => abort.abort());
        return work(abort.signal);
      },
    );
  } catch (error) {
    if (abort.signal.aborted) return undefined;
    throw error;
  }
}
