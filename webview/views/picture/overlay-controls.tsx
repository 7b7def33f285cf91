import type { ColourMapName } from '../../../src/shared/colour/maps';
import { useApp, useController } from '../../state/use-app';
import { Choice } from '../../ui/choice';
import { Checkbox, Dropdown } from '../../ui/controls';
import { Slider } from '../../ui/slider';

const colourMapNames: Readonly<Record<ColourMapName, string>> = {
  inferno: 'inferno',
  viridis: 'viridis',
  turbo: 'turbo',
};

/** How the heat is drawn. */
export function OverlayControls() {
  const controller = useController();
  const { on, opacity, colourMap, smooth, scale, all } = useApp(({ view }) => view!.overlay);
  const signed = useApp(({ view }) => view!.method === 'signed' && view!.query === null);
  const several = useApp(({ panel, view }) => panel!.images[view!.image]!.explained.prompts.length > 1);
  const two = useApp(({ panel }) => panel!.images.length > 1);
  return (
    <div class="picture-controls" role="group" aria-label="How the heat is drawn">
      <Checkbox label="heat" checked={on} onChange={(on) => controller.lookOverlay({ on })} />
      <Slider
        label="Opacity of the heat"
        value={Math.round(100 * opacity)}
        text={`${Math.round(100 * opacity)} %`}
        disabled={!on}
        onInput={(percent) => controller.lookOverlay({ opacity: percent / 100 })}
      />
      <Choice
        label="Smooth, or each patch as it is"
        value={smooth ? 'smooth' : 'patches'}
        options={{ smooth: 'smooth', patches: 'patches' }}
        onChange={(value) => controller.lookOverlay({ smooth: value === 'smooth' })}
      />
      {signed ? (
        <span class="quiet" title="Signed values have one diverging map: blue below zero, red above.">
          blue–red
        </span>
      ) : (
        <Dropdown
          label="Colours"
          value={colourMap}
          options={colourMapNames}
          onChange={(colourMap) => controller.lookOverlay({ colourMap })}
        />
      )}
      {(several || two) && (
        <Choice
          label={`The strongest colour stands for the largest value of each map, or of all prompts${two ? ' and both images' : ''}`}
          value={scale}
          options={{ own: 'own scale', shared: 'shared' }}
          onChange={(scale) => controller.lookOverlay({ scale })}
        />
      )}
      {several && <Checkbox label="all prompts" checked={all} onChange={(all) => controller.lookOverlay({ all })} />}
    </div>
  );
}
