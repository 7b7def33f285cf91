import type { HostEvents, HostMethods, PanelEvents } from '../src/shared/panel-protocol';
import { hostEvents } from '../src/shared/panel-schemas';
import { Rpc } from '../src/shared/rpc/rpc';
import { windowPort } from './window-port';

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
