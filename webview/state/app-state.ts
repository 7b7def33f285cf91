import type { HeadTensors, HeadThumbnails, Statistics } from '../../src/shared/heads-data';
import type { PanelState, PanelStatus } from '../../src/shared/panel-protocol';
import type { View } from './view';

/** All that the panel shows is a function of this. */
export interface AppState {
  /** null until the extension has answered for the first time. */
  readonly panel: PanelState | null;
  readonly status: PanelStatus;
  /** null while there is no explanation. */
  readonly view: View | null;
  readonly hover: Hover | null;
  /** What was fetched of heads for the shown explanation, by `headKey` and the like; emptied when it changes. */
  readonly heads: ReadonlyMap<string, Fetched<HeadTensors>>;
  readonly thumbnails: ReadonlyMap<string, Fetched<HeadThumbnails>>;
  readonly statistics: ReadonlyMap<string, Fetched<Statistics>>;
  /** Prompts that are not explained yet, or could not be: the table shows them, so that nothing that was typed is lost. */
  readonly asked: Asked | null;
  /** The list of keys is open. */
  readonly help: boolean;
  /** The export menu is open. */
  readonly exportOpen: boolean;
  /** What became of an export. */
  readonly notice: Notice | null;
}

export interface Asked {
  readonly prompts: readonly string[];
  /** The one of them that becomes the target; null: the target stays. */
  readonly target: number | null;
}

/** A whole sentence for the reader. */
export interface Notice {
  readonly kind: 'done' | 'failed';
  readonly message: string;
}

export type Fetched<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/** What the pointer or the focus is on: every view lights what belongs to it. Indices are those of the target's tokens, words, patches. */
export type Hover =
  | { readonly kind: 'patch'; readonly patch: number }
  | { readonly kind: 'word'; readonly word: number }
  /** A token of the tower that the heads section shows; as a key where it is attended, else as a query. */
  | { readonly kind: 'token'; readonly token: number; readonly side?: 'query' | 'key' }
  /** A cell of the enlarged head. */
  | { readonly kind: 'cell'; readonly query: number; readonly key: number };

export const emptyState: AppState = {
  panel: null,
  status: { kind: 'working', stage: 'Starting', fraction: null, cancellable: false },
  view: null,
  hover: null,
  heads: new Map(),
  thumbnails: new Map(),
  statistics: new Map(),
  asked: null,
  help: false,
  exportOpen: false,
  notice: null,
};
