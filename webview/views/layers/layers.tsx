import type { LayerRange, Tower } from '../../../src/shared/explanation';
import { oneLayer } from '../../../src/shared/layers';
import { layersAdvice } from '../../../src/shared/wording';
import { shownImage, shownReading } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { linkable } from '../../state/view';
import { Checkbox } from '../../ui/controls';
import { addedBy } from './added';
import { TowerLayers } from './tower-layers';
import { useLayersSvg } from './use-layers-svg';

/** Which layers the maps and the words are made of, and what each adds to the target's relevance. */
export function Layers() {
  const controller = useController();
  const explained = useApp((state) => shownImage(state)?.explained);
  const reading = useApp(shownReading);
  const prompt = useApp(({ view }) => view!.prompt);
  const linked = useApp(({ view }) => view!.linked);
  useLayersSvg(explained, reading, prompt);
  if (!explained || !reading) return null;
  const { layers, textLayers, method } = reading;
  const advice = layersAdvice(explained, reading);
  const row = (tower: Tower, range: LayerRange) => (
    <TowerLayers
      tower={tower}
      shape={explained[tower]}
      range={range}
      added={addedBy(explained, tower, prompt, range)}
      recommended={tower === 'vision' ? explained.model.recommended.layers : explained.model.recommended.textLayers}
      single={oneLayer(method)}
      method={method}
      onChange={(range) => controller.chooseLayers(tower, range)}
    />
  );
  return (
    <section class="layers" aria-labelledby="layers-heading">
      <h2 id="layers-heading">Layers · what each adds</h2>
      {row('vision', layers)}
      {linkable(explained) && (
        <Checkbox
          label="same layers for the text"
          checked={linked}
          onChange={(linked) => controller.look(linked ? { linked, textLayers: layers } : { linked })}
        />
      )}
      {!linked && row('text', textLayers)}
      {advice && <p class="quiet small">{advice}</p>}
    </section>
  );
}
