import type { HostEvents, HostMethods, PanelEvents } from '../src/shared/panel-protocol';
import { hostEvents } from '../src/shared/panel-schemas';
import { Rpc, type Port } from '../src/shared/rpc/rpc';

/** The extension as the webview sees it: typed calls, and what it says unasked. */
export type Host = Rpc<Record<never, never>, HostMethods, HostEvents, PanelEvents>;

/** What the webview does with the extension's events. */
export type Hear = { readonly [K in keyof HostEvents]: (payload: HostEvents[K]) => void };

export const connect = (vscode: VsCodeApi, hear: Hear): Host =>
  new Rpc(windowPort(vscode), {
    handlers: {},
    params: {},
    events: hostEvents,
    onEvent: hear,
    log: (line) => console.warn(line),
  });

/** Messages of the window. Those of other scripts have no envelope of ours, and the Rpc drops them. */
const windowPort = (vscode: VsCodeApi): Port => ({
  // A value that cannot be cloned throws here, which rejects the call.
  post: async (message) => Promise.resolve(vscode.postMessage(message)),
  onMessage: (listener) => window.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data)),
  // The page ends with its window.
  onClose: () => undefined,
});
