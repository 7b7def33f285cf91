import { createContext, type ComponentType } from 'preact';
import { useContext } from 'preact/hooks';
import type { Axis } from '../../../src/shared/axis';
import type { ExplanationRows, Tower } from '../../../src/shared/explanation';
import type { HeadQuantity, HeadStatistics, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import type { Matrix } from '../../../src/shared/matrix';
import type { TokenLabel } from '../../../src/shared/text/token-units';
import type { TilePhoto } from '../../draw/mosaic';
import type { Fetched } from '../../state/fetches';
import type { HeadsPane, HeadsView } from '../../state/heads-view';
import { useSelected, type Readable } from '../../state/use-store';

/**
 * All that the heads section needs of the panel that it is in. The image panel's is image/image-source.ts, the text panel's is in
 * webview/text. A panel renders <HeadsContext.Provider value={source}><Heads /></HeadsContext.Provider> while there is something to show;
 * `get` always gives a state (the last one, where nothing is shown any more).
 */
export interface HeadsSource extends Readable<HeadsState> {
  /** Moves the panel's cursor. Indices are brought into what there is by the panel. */
  look(cursor: Partial<HeadsCursor>): void;
  lookHeads(patch: Partial<HeadsView>): void;
  /** The pointer or the focus is on this, of one item; null: on nothing. */
  hover(item: number, hover: HeadsHover | null): void;
  /** A token of one item was clicked; null: the default is wanted back. Where nothing is chosen by tokens, nothing happens. */
  choose(item: number, token: { readonly side: Side; readonly token: number } | null): void;
  /** Fetch for all items what the state lacks: called again and again, so that what is here or on its way must not be asked for anew. */
  needLayer(layer: number): void;
  /** The same with the numbers of every head: of a layer, `needLayer` may fetch no more than is shown. */
  needWhole(layer: number): void;
  needThumbnails(): void;
  needStatistics(): void;
  /** What failed is asked for again. */
  retry(what: 'layer' | 'thumbnails' | 'statistics', item: number): void;
  /** Saves a file by the extension. */
  save(name: string, text: string): Promise<boolean>;
  /** What only images have; null: there are tokens on all axes. */
  readonly image: ImageParts | null;
}

/** Every part keeps its identity while it is the same: views compare with Object.is. */
export interface HeadsState {
  /** What the chooser offers: the towers, or the stacks and cross-attention. One: there is no chooser. */
  readonly groups: readonly HeadsGroup[];
  readonly cursor: HeadsCursor;
  /** As the person wants it, but for the quantity: that stays the last one while what shows another one is on its way. */
  readonly view: HeadsView;
  /** The quantity that is wanted. */
  readonly asked: HeadQuantity;
  /** `view.pane`, where it makes sense now. */
  readonly pane: HeadsPane;
  /** One, or two that are compared: the same layer and head of each side by side, on one scale. */
  readonly items: readonly HeadsItem[];
}

export interface HeadsCursor {
  /** Index into `groups`. */
  readonly group: number;
  readonly layer: number;
  readonly head: number;
}

/** Attentions of one kind. Where two items are compared, what they have in common. */
export interface HeadsGroup {
  /** In the chooser: "vision", "encoder", "cross". */
  readonly label: string;
  /** In names of pictures: "vision tower", "encoder", "cross-attention"; '': there is but one. */
  readonly name: string;
  /** A pooling head is not counted. */
  readonly layers: number;
  readonly heads: number;
  /** Of the pooling head behind the layers; null: there is none. */
  readonly poolingHeads: number | null;
  /** Tokens along the axes. */
  readonly queries: number;
  readonly keys: number;
  readonly kind: 'patches' | 'tokens';
  /** What the first token is called in a head's numbers: "CLS", "the start token", "[CLS]". */
  readonly first: string;
}

/** One explanation whose heads are shown: the group, layer and head of the cursor. */
export interface HeadsItem {
  /** Above its pictures where there are two. Data of the user. */
  readonly name: string | null;
  /** Changes with what `layer` should be: another layer, group, text. */
  readonly layerKey: string;
  /** `undefined`: not asked for yet. */
  readonly layer: Fetched<ShownLayer> | undefined;
  readonly statistics: Fetched<HeadStatistics> | undefined;
  /** The statistics' entry along their first axis, where they have several: the prompt. */
  readonly entry: number;
  readonly thumbnails: Fetched<HeadThumbnails> | undefined;
  /** While others with the same key are on their way, the last stay; see ShownLayer.sides. */
  readonly thumbnailsKey: string;
  /** Of the thumbnails of texts. null: patches. */
  readonly sides: LayerSides | null;
  readonly hover: HeadsHover | null;
  /** The row and the column that stay framed: the chosen token, or the row that is read out. */
  readonly framed: Framed;
}

export type Side = 'query' | 'key';

export interface Framed {
  readonly query: number | null;
  readonly key: number | null;
}

/** In tokens of the shown group. */
export type HeadsHover =
  | { readonly kind: 'cell'; readonly query: number; readonly key: number }
  | { readonly kind: 'tokens'; readonly side: Side; readonly tokens: readonly number[] };

/** What stands along both axes. Texts: of `tokenSide`. */
export interface LayerSides {
  readonly query: LayerSide;
  readonly key: LayerSide;
}

export interface LayerSide {
  readonly axis: Axis;
  /** null: patches. */
  readonly tokens: readonly TokenLabel[] | null;
  /** That the tokens belong to (TokenLabel.word). */
  readonly words: readonly string[];
}

/**
 * The heads of one layer with everything that is needed to show them: it stays whole while the next layer is on its way. The same for the same
 * tensors and sides.
 */
export interface ShownLayer {
  /** Index into `groups`. */
  readonly group: number;
  readonly layer: number;
  /** "layer 5", "pooling head". */
  readonly name: string;
  readonly tensors: HeadTensors;
  readonly heads: number;
  readonly sides: LayerSides;
  /** What only images have. */
  readonly image: ImageOfLayer | null;
}

export interface ImageOfLayer {
  readonly explained: ExplanationRows;
  readonly tower: Tower;
  readonly prompt: number;
  /** The pooling head: one query, no token. */
  readonly pooled: boolean;
}

/** Views and pictures that need patches on a photo; they read the image panel's own state. */
export interface ImageParts {
  /** Whether this layer's heads are shown on the image: they are over patches, and the person wants it so, or there is no other way. */
  readonly onImage: (layer: ShownLayer, view: HeadsView) => boolean;
  /** The map over the patches that stands for a head where all of them are shown small. */
  readonly map: (layer: ShownLayer, head: Matrix) => ArrayLike<number>;
  readonly drawTile: (canvas: HTMLCanvasElement, layer: ShownLayer, map: ArrayLike<number>, colours: { readonly top: number; readonly signed: boolean }, fine: number) => void; // prettier-ignore
  /** Of the thumbnails: what lies behind their rows. */
  readonly photo: () => TilePhoto;
  /** Beside the enlarged head of a layer over patches. */
  readonly Row: ComponentType<{ readonly layer: ShownLayer }>;
  /** Instead of the enlarged head. */
  readonly Across: ComponentType<{ readonly layer: ShownLayer }>;
}

export const HeadsContext = createContext<HeadsSource>(undefined as never);

/** What the section's views do when somebody acts. */
export const useHeadsSource = (): HeadsSource => useContext(HeadsContext);

/** As `useApp`, of the heads section's state. */
export const useHeads = <T>(select: (state: HeadsState) => T): T => useSelected(useHeadsSource(), select);
