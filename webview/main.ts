import { isToPanel, type FromPanel } from '../src/shared/panel-protocol';
import { panel } from './panel';

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

const { postMessage } = acquireVsCodeApi();

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isToPanel(data)) document.body.replaceChildren(...panel(data.state));
});
postMessage({ type: 'ready' });
