import type { ExplanationRows, Reading, Tower } from '../../../src/shared/explanation';
import { oneLayer } from '../../../src/shared/layers';
import { quoted } from '../../../src/shared/quoted';
import { layersSvg, type LayerBars } from '../../../src/shared/svg/layers';
import { layersPhrase } from '../../../src/shared/wording';
import { useSvgView } from '../../export/svg-views';
import { themeColours } from '../../export/theme-colours';
import { addedBy, layerName, towerNames } from './added';

/** Offers the bars of both towers as a vector file. */
export function useLayersSvg(explained: ExplanationRows | undefined, reading: Reading | null, prompt: number): void {
  const make = (explained: ExplanationRows, reading: Reading): string => {
    const row = (tower: Tower): LayerBars => {
      const range = tower === 'vision' ? reading.layers : reading.textLayers;
      const added = addedBy(explained, tower, prompt, range);
      return {
        caption: `${towerNames[tower]}: ${layersPhrase(range, explained[tower], reading.method)}`,
        added,
        first: oneLayer(reading.method) ? range.last : range.first,
        last: range.last,
        names: added.map((_, layer) => layerName(layer, explained[tower])),
      };
    };
    const title = `What each layer adds to the relevance of ${quoted(explained.prompts[prompt]!.text)}`;
    return layersSvg([row('vision'), row('text')], { title, colours: themeColours() });
  };
  useSvgView('layers', explained && reading ? () => make(explained, reading) : null);
}
