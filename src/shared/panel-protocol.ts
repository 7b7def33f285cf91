import type { Rect } from './explanation';
import type { Grid } from './geometry';
import type { RgbImage } from './paint';

/** What the panel shows: one explained image. Maps and pixels are typed arrays, which cross to the webview as they are. */
export interface PanelState {
  /** File name of the image. */
  readonly title: string;
  /** Size, crop, model, time: the quiet words beside the title. */
  readonly details: readonly string[];
  /** [height, width, 3]; it may be smaller than the original. */
  readonly photo: RgbImage;
  /** What the model saw, in pixels of `photo`. */
  readonly crop: Rect;
  readonly grid: Grid;
  readonly prompts: readonly PanelPrompt[];
  readonly notes: readonly string[];
}

export interface PanelPrompt {
  readonly text: string;
  readonly logit: number;
  readonly probability: number;
  /** [rows × columns] of the grid. */
  readonly map: Float32Array;
  readonly words: readonly { readonly text: string; readonly share: number }[];
}

/** From the extension to the webview. */
export type ToPanel = { readonly type: 'show'; readonly state: PanelState };

/** From the webview to the extension: it listens, and wants the state. A webview that was hidden says so again. */
export type FromPanel = { readonly type: 'ready' };

const typeOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;

/** Other scripts of the page post messages too; only the type has to be checked, the sender is ours. */
export const isToPanel = (message: unknown): message is ToPanel => typeOf(message) === 'show';

export const isFromPanel = (message: unknown): message is FromPanel => typeOf(message) === 'ready';
