import type { ColourMapName } from './colour/maps';
import type { ErrorKind } from './errors';
import type { ExplanationRows, LayerRange, Method, Tower } from './explanation';
import type {
  GradientChoice,
  HeadTensors,
  HeadThumbnails,
  LayerOfHeads,
  Statistics,
  ThumbnailChoice,
} from './heads-data';
import type { RgbImage } from './paint';
import type { HeatScale } from './scale';

/**
 * What a panel and the extension say to each other, once for both ends. Maps, pixels and tensors are typed arrays, which cross as they are.
 * Every message is validated where it arrives (panel-schemas.ts).
 */

/** What the webview asks of the extension. */
export interface HostMethods {
  /** The webview listens. Null where it was told what it shows already: VS Code keeps that until the page has loaded. Else as `open`. */
  begin(params: null): Promise<PanelState | null>;
  /** All that it shows. Answers at once, with what there is. */
  open(params: null): Promise<PanelState>;
  /** Other prompts for the same images. The caller sends one at a time; its answer is also what a later `open` gives. */
  explain(params: { readonly prompts: readonly string[] }): Promise<readonly ExplanationRows[]>;
  heads(params: LayerOfHeads & GradientChoice & ImageChoice): Promise<HeadTensors>;
  thumbnails(params: ThumbnailChoice & ImageChoice): Promise<HeadThumbnails>;
  statistics(params: ImageChoice): Promise<Statistics>;
  /** What the extension makes itself: at the image's own size, or of tensors that the panel does not have. False: the user changed their mind. */
  export(params: ExportRequest): Promise<boolean>;
  /** What the webview made (SVG, CSV): asks where, and writes. False: the user changed their mind. */
  save(params: { readonly name: string; readonly text: string }): Promise<boolean>;
  /** A button of a message. */
  act(params: { readonly action: PanelAction }): Promise<null>;
}

/** What the extension says unasked. */
export interface HostEvents {
  /** Something else is shown: another explanation, or a failure. */
  state: ToldState;
  /** Beside what is shown: work goes on, has ended, or failed; the last picture stays. */
  status: PanelStatus;
  /** The side panel chose a head. */
  head: HeadCursor;
}

/** What the webview says unasked. */
export interface PanelEvents {
  /** The panel's cursors moved: the side panel reveals them. */
  cursor: HeadCursor & { readonly image: number; readonly prompt: number };
}

export interface ImageChoice {
  /** Index into the panel's images. */
  readonly image: number;
}

export interface HeadCursor {
  readonly tower: Tower;
  readonly layer: number;
  readonly head: number;
}

export interface PanelState {
  /** What a reloaded window needs to bring the panel back; the webview keeps it with its own view state. */
  readonly request: PanelRequest;
  /** One, or two that are compared; none while the first explanation is on its way or failed. */
  readonly images: readonly PanelImage[];
  readonly status: PanelStatus;
  readonly settings: PanelSettings;
  /** Names that the model knows, where its folder lists them: suggestions for prompts. */
  readonly concepts: readonly string[];
  /** Set where the side panel opened the panel at a head. */
  readonly head: HeadCursor | null;
}

export interface PanelRequest {
  /** URIs of the images. */
  readonly images: readonly string[];
  readonly prompts: readonly string[];
  /** Folder of the model; null: as the settings say. */
  readonly model: string | null;
}

export interface PanelImage {
  readonly uri: string;
  readonly name: string;
  /** [height, width, 3], upright; it may be smaller than the original, whose size is in `explained.image`. */
  readonly photo: RgbImage;
  readonly explained: ExplanationRows;
}

/** A state as it is told to a page that was told one before: photos that it has are not sent again. */
export interface ToldState extends Omit<PanelState, 'images'> {
  readonly images: readonly ToldImage[];
}

export interface ToldImage extends Omit<PanelImage, 'photo'> {
  /** null: the one that the page has of this URI. */
  readonly photo: RgbImage | null;
}

export type PanelStatus =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'working';
      readonly stage: string;
      readonly fraction: number | null;
      readonly cancellable: boolean;
    }
  | { readonly kind: 'cancelled' }
  /** `message` is a whole sentence for the reader. */
  | {
      readonly kind: 'failed';
      readonly error: ErrorKind;
      readonly message: string;
      readonly actions: readonly PanelAction[];
    }
  /** The image file has changed since it was explained, or is gone. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'gone' };

export type PanelAction =
  | 'cancel'
  | 'retry'
  | 'show-log'
  | 'copy-diagnostics'
  | 'open-settings'
  | 'choose-model'
  | 'choose-image'
  | 'manage-trust'
  | 'close';

/** From the user's settings: where a panel starts. */
export interface PanelSettings {
  readonly method: Method;
  readonly colourMap: ColourMapName;
  readonly layers: LayerRange | 'last' | 'all' | null;
  readonly textLayers: LayerRange | 'last' | 'all' | null;
  readonly live: boolean;
}

/** How a picture is to be painted, as the panel shows it. */
export interface PictureChoice extends ImageChoice {
  readonly prompt: number;
  readonly method: Method;
  readonly layers: LayerRange;
  readonly textLayers: LayerRange;
  readonly colourMap: ColourMapName;
  readonly smooth: boolean;
  readonly opacity: number;
  readonly scale: HeatScale;
}

export type ExportFormat = 'png' | 'json' | 'safetensors' | 'html';

/** png: the overlay at the image's own size; json: as `attention-lens image --json`; safetensors: every head; html: an offline report. */
export interface ExportRequest extends PictureChoice {
  readonly format: ExportFormat;
}
