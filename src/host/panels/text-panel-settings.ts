import type { TextPanelSettings } from '../../shared/text/panel-protocol';
import type { Settings } from '../settings';

/** Where a text panel starts. */
export const textPanelSettings = ({ colourMap, saliencyMethod, live }: Settings): TextPanelSettings => ({
  colourMap,
  saliency: saliencyMethod,
  live,
});
