import type { LayerChoice, Outline, TowerShape } from '../../shared/explanation';
import { layerCount } from '../../shared/layers';
import type { PanelSettings } from '../../shared/panel-protocol';
import type { Settings } from '../settings';

/** Where a panel starts. Layers that the model does not have are left to its own recommendation. */
export function panelSettings(settings: Settings, explained: Outline | null): PanelSettings {
  const { method, colourMap, live, layers, textLayers } = settings;
  return {
    method,
    colourMap,
    live,
    layers: existing(layers, explained?.vision),
    textLayers: existing(textLayers, explained?.text),
  };
}

const existing = (choice: LayerChoice | null, tower: TowerShape | undefined): LayerChoice | null =>
  choice !== null && typeof choice === 'object' && tower && choice.last >= layerCount(tower) ? null : choice;
