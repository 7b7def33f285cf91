import type { Port } from '../src/shared/rpc/rpc';

/** Messages of the window. Those of other scripts have no envelope of ours, and the Rpc drops them. */
export const windowPort = (vscode: VsCodeApi): Port => ({
  // A value that cannot be cloned throws here, which rejects the call.
  post: async (message) => Promise.resolve(vscode.postMessage(message)),
  onMessage: (listener) => window.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data)),
  // The page ends with its window.
  onClose: () => undefined,
});
