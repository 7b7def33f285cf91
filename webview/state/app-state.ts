import type { HeadTensors, HeadThumbnails, Statistics } from '../../src/shared/heads-data';
import type { PanelState } from '../../src/shared/panel-protocol';
import type { HeadsHover } from '../views/heads/source';
import type { FetchedMap } from './fetches';
import { emptyFrame, type FrameState } from './frame';
import type { View } from './view';

/** All that the panel shows is a function of this. */
export interface AppState extends FrameState {
  /** null until the extension has answered for the first time. */
  readonly panel: PanelState | null;
  /** null while there is no explanation. */
  readonly view: View | null;
  readonly hover: Hover | null;
  /** What was fetched of heads for the shown explanation, by `headKey` and the like; emptied when it changes. */
  readonly heads: FetchedMap<HeadTensors>;
  readonly thumbnails: FetchedMap<HeadThumbnails>;
  readonly statistics: FetchedMap<Statistics>;
  /** Prompts that are not explained yet, or could not be: the table shows them, so that nothing that was typed is lost. */
  readonly asked: Asked | null;
}

export interface Asked {
  readonly prompts: readonly string[];
  /** The one of them that becomes the target; null: the target stays. */
  readonly target: number | null;
}

/** What the pointer or the focus is on: every view lights what belongs to it. Indices are those of the target's tokens, words, patches. */
export type Hover =
  | { readonly kind: 'patch'; readonly patch: number }
  | { readonly kind: 'word'; readonly word: number }
  /** Tokens or a cell of the tower that the heads section shows. */
  | HeadsHover;

export const emptyState: AppState = {
  ...emptyFrame,
  panel: null,
  view: null,
  hover: null,
  heads: new Map(),
  thumbnails: new Map(),
  statistics: new Map(),
  asked: null,
};
