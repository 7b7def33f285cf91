import type {
  ExplanationRows,
  LayerRange,
  Method,
  PromptExplanation,
  PromptReading,
  Reading,
} from '../../src/shared/explanation';
import type { PanelImage } from '../../src/shared/panel-protocol';
import { read } from '../../src/shared/reading';
import type { AppState } from './app-state';

/** Parts of the state that several views need. What is computed is kept for the last arguments, so that views can compare by identity. */

export const shownImage = ({ panel, view }: AppState): PanelImage | null => (view && panel?.images[view.image]) ?? null;

export const targetPrompt = (state: AppState): PromptExplanation | null =>
  shownImage(state)?.explained.prompts[state.view!.prompt] ?? null;

/** Of any image, method and layers. A reading is some vector reads, cheap beside a frame; the cache keeps its identity. */
const readings = new WeakMap<ExplanationRows, Map<string, Reading>>();

export function readingOf(
  explained: ExplanationRows,
  method: Method,
  layers: LayerRange,
  textLayers: LayerRange,
): Reading {
  const known = readings.get(explained) ?? new Map<string, Reading>();
  readings.set(explained, known);
  const key = [method, layers.first, layers.last, textLayers.first, textLayers.last].join(' ');
  const kept = known.get(key);
  if (kept) return kept;
  const reading = read(explained, { method, layers, textLayers });
  known.set(key, reading);
  return reading;
}

/** The patch that the pointer or the focus is on, in whatever view; null for CLS and for tokens of the text tower. */
export function hoveredPatch(state: AppState): number | null {
  const { hover, view } = state;
  const image = shownImage(state);
  if (!hover || !view || !image || hover.kind === 'word') return null;
  if (hover.kind === 'patch') return hover.patch;
  if (view.tower === 'text') return null;
  const token = hover.kind === 'tokens' ? hover.tokens[0]! : hover.key;
  const patch = token - image.explained.vision.prefix;
  return patch >= 0 ? patch : null;
}

/** The chosen image under the chosen method and layers. */
export function shownReading(state: AppState): Reading | null {
  const image = shownImage(state);
  const { view } = state;
  return image && view && readingOf(image.explained, view.method, view.layers, view.textLayers);
}

export const targetReading = (state: AppState): PromptReading | null =>
  shownReading(state)?.prompts[state.view!.prompt] ?? null;
