import type { PanelRequest } from '../../shared/panel-protocol';
import type { TextPanelRequest } from '../../shared/text/panel-protocol';
import { textKeyOf } from '../texts/request';
import type { ImagePanel } from './image-panel';
import type { PanelKind } from './panels';
import { keyOf } from './request';
import type { TextPanel } from './text-panel';

export const imagePanelType = 'attentionLens.image';
export const textPanelType = 'attentionLens.text';

export const imagePanels: PanelKind<ImagePanel, PanelRequest> = {
  type: imagePanelType,
  script: 'webview.js',
  style: 'webview.css',
  maker: async () => (await import('../on-demand')).newImagePanel,
  keyOf,
  nothing: { images: [], prompts: [], model: null },
  unreadable: {
    kind: 'failed',
    error: 'usage',
    message:
      'What this panel showed before the window was reloaded cannot be read any more. Choose an image, or close it.',
    actions: ['choose-image', 'close'],
  },
};

export const textPanels: PanelKind<TextPanel, TextPanelRequest> = {
  type: textPanelType,
  script: 'text.js',
  style: 'text.css',
  maker: async () => (await import('../on-demand')).newTextPanel,
  keyOf: textKeyOf,
  nothing: { items: [] },
  unreadable: {
    kind: 'failed',
    error: 'usage',
    message:
      'What this panel showed before the window was reloaded cannot be read any more. Explain a text, or close it.',
    actions: ['close'],
  },
};
