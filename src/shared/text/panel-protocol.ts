import type { HeadSketch } from '../head-sketch';
import type { HeadQuantity, HeadStatistics, HeadThumbnails } from '../heads-data';
import type { PanelAction, PanelStatus } from '../panel-protocol';
import type { ColourMapName } from '../colour/maps';
import type {
  IntegratedGradients,
  LayerAverages,
  LayerHeads,
  LayerOfGroup,
  SaliencyMethod,
  TextOutline,
} from './explanation';

/** What a text panel and the extension say to each other, once for both ends; validated where it arrives (panel-schemas.ts). */

/** What the webview asks of the extension. */
export interface TextHostMethods {
  /** The webview listens. Null where it was told what it shows already: VS Code keeps that until the page has loaded. Else as `open`. */
  begin(params: null): Promise<TextPanelState | null>;
  /** All that it shows. Answers at once, with what there is. */
  open(params: null): Promise<TextPanelState>;
  /** Other texts or targets, one item or two that are compared. The caller sends one at a time. A text that was edited here is no longer tied to its document. */
  explain(params: TextAsks): Promise<readonly ExplainedText[]>;
  heads(params: ChosenHeads): Promise<HeadSketch>;
  thumbnails(params: GroupThumbnails & ItemChoice): Promise<HeadThumbnails>;
  /** One for each attention group: for relevance and rollout. */
  averages(params: ItemChoice): Promise<readonly LayerAverages[]>;
  /** One for each attention group. */
  statistics(params: ItemChoice): Promise<readonly HeadStatistics[]>;
  integrated(params: ItemChoice): Promise<IntegratedGradients>;
  /** False: the user changed their mind. */
  export(params: TextExportRequest): Promise<boolean>;
  save(params: { readonly name: string; readonly text: string }): Promise<boolean>;
  act(params: { readonly action: TextAction }): Promise<null>;
}

/** What the extension says unasked. */
export interface TextHostEvents {
  state: TextPanelState;
  status: PanelStatus;
  /** The side panel chose a head. */
  head: GroupCursor;
  /** The texts stand elsewhere in their documents, or in none: what is explained is as it was. */
  places: TextPlaces;
  /** The editor's caret, selection or pointer is on these tokens; empty: on none. */
  lit: LitInDocument;
}

/** What the webview says unasked. */
export interface TextPanelEvents {
  cursor: GroupCursor & ItemChoice;
  /** The pointer or the focus is on tokens: they are marked in the document. */
  light: LitInDocument;
}

export interface ItemChoice {
  /** Index into the panel's items. */
  readonly item: number;
}

/** The heads of one layer of an item. */
export interface ChosenHeads extends LayerHeads, ItemChoice {}

export interface TextAsks {
  readonly items: readonly TextAsk[];
  /** Heads that somebody looks at, and no others: the same run gives them. Of an item one layer at most. */
  readonly looked: readonly ChosenHeads[];
}

export interface ExplainedText {
  readonly explained: TextOutline;
  /** null: they are asked for, and so are those of a long text. */
  readonly looked: LookedHeads | null;
}

/** Heads that came with their text. */
export interface LookedHeads {
  readonly of: LayerHeads;
  readonly heads: HeadSketch;
}

/** Tokens of one item's sequence. */
export interface LitInDocument extends ItemChoice {
  readonly sequence: number;
  readonly tokens: readonly number[];
}

export interface GroupCursor extends LayerOfGroup {
  readonly head: number;
}

export interface GroupThumbnails {
  readonly group: number;
  readonly quantity: HeadQuantity;
}

export interface TextPanelState {
  /** What a reloaded window needs to bring the panel back. */
  readonly request: TextPanelRequest;
  /** One, or two that are compared; none while the first explanation is on its way or failed. */
  readonly items: readonly TextItem[];
  /** One for each item; null or missing: see ExplainedText. */
  readonly looked: readonly (LookedHeads | null)[];
  readonly status: PanelStatus;
  readonly settings: TextPanelSettings;
  readonly head: GroupCursor | null;
}

/** What is asked of one model about one text or pair. */
export interface TextAsk {
  readonly text: string;
  readonly pair: string | null;
  /** Folder of the model; null: as the settings say. */
  readonly model: string | null;
  /** See TargetOffer; null: the model's default. */
  readonly target: string | null;
}

export interface TextPanelRequest {
  readonly items: readonly (TextAsk & { readonly sources: readonly (TextSource | null)[] })[];
}

/** Where a text stands in a document: UTF-16 units from its start. */
export interface TextSource {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
}

/** Where the texts of a panel are now. */
export interface TextPlaces {
  readonly request: TextPanelRequest;
  /** See TextItem, one for each item. */
  readonly places: readonly (string | null)[];
}

export interface TextItem {
  readonly explained: TextOutline;
  /** "notes.md · line 3"; null where it was typed, or edited since. */
  readonly place: string | null;
}

export interface TextPanelSettings {
  readonly colourMap: ColourMapName;
  readonly saliency: SaliencyMethod;
  readonly live: boolean;
}

export type TextAction = PanelAction | 'compare-text' | 'compare-model' | 'stop-comparing' | 'reveal-source';

export interface TextExportRequest extends ItemChoice {
  readonly format: 'json' | 'safetensors' | 'html';
  readonly method: SaliencyMethod;
}
