import type { WebviewPanel } from 'vscode';
import type { Port } from '../../shared/rpc/rpc';
import { ownViews } from './own-views';

/**
 * The extension's end of a panel's channel. What is said while the panel is hidden is dropped: its page is gone, and VS Code would keep the
 * message for the next page, which asks for all that it shows by itself.
 */
export const panelPort = (panel: WebviewPanel, isDisposed: () => boolean): Port => ({
  async post(message) {
    if (isDisposed() || !panel.visible) return;
    await panel.webview.postMessage(ownViews(message));
  },
  onMessage: (listener) => void panel.webview.onDidReceiveMessage(listener),
  // The panel disposes of its Rpc itself, with a reason.
  onClose: () => undefined,
});
