import type { HeadStatistics, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import type { IntegratedGradients, LayerAverages } from '../../../src/shared/text/explanation';
import type { LitInDocument, TextAsk, TextPanelState } from '../../../src/shared/text/panel-protocol';
import type { FetchedMap } from '../../state/fetches';
import { emptyFrame, type FrameState } from '../../state/frame';
import type { HeadsHover } from '../../views/heads/source';
import type { TextView } from './text-view';

/** All that a text panel shows is a function of this. */
export interface TextState extends FrameState {
  /** null until the extension has answered for the first time. */
  readonly panel: TextPanelState | null;
  /** null while there is no explanation. */
  readonly view: TextView | null;
  readonly hover: TextHover | null;
  /** What the caret is on in the document; the panel's own pointer and focus come first. */
  readonly lit: LitInDocument | null;
  /** What was fetched for the shown explanations, by keys that begin with the item; emptied when they change. */
  readonly heads: FetchedMap<HeadTensors>;
  readonly thumbnails: FetchedMap<HeadThumbnails>;
  readonly statistics: FetchedMap<readonly HeadStatistics[]>;
  readonly integrated: FetchedMap<IntegratedGradients>;
  /** For relevance and rollout. */
  readonly averages: FetchedMap<readonly LayerAverages[]>;
  /** Texts and targets that are not explained yet, or could not be: the fields show them, so that nothing that was typed is lost. */
  readonly asked: readonly TextAsk[] | null;
}

/** What the pointer or the focus is on: every view lights what belongs to it. */
export interface TextHover extends LitInDocument {
  /** Where it is in the heads section: a cell, or one side. */
  readonly heads: HeadsHover | null;
}

export const emptyTextState: TextState = {
  ...emptyFrame,
  panel: null,
  view: null,
  hover: null,
  lit: null,
  heads: new Map(),
  thumbnails: new Map(),
  statistics: new Map(),
  integrated: new Map(),
  averages: new Map(),
  asked: null,
};
