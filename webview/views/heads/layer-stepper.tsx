import { useHeads, useHeadsSource } from './source';
import { groupLayerName, groupLayers, shownGroup } from './use-layer';

/** The layer cursor: a step at a time, or anywhere on the slider. Behind the blocks a pooling head counts as one more. */
export function LayerStepper() {
  const source = useHeadsSource();
  const layer = useHeads(({ cursor }) => cursor.layer);
  const group = useHeads(shownGroup);
  const count = groupLayers(group);
  const go = (to: number) => source.look({ layer: Math.min(count - 1, Math.max(0, to)) });
  return (
    <div class="layer-stepper" role="group" aria-label="Layer">
      <span aria-hidden="true">layer</span>
      <button
        type="button"
        class="step"
        aria-label="Previous layer"
        aria-disabled={layer === 0}
        onClick={() => go(layer - 1)}
      >
        <span aria-hidden="true">◀</span>
      </button>
      <b class="layer-number">{layer < group.layers ? layer : 'pool'}</b>
      <button
        type="button"
        class="step"
        aria-label="Next layer"
        aria-disabled={layer === count - 1}
        onClick={() => go(layer + 1)}
      >
        <span aria-hidden="true">▶</span>
      </button>
      {count > 1 && (
        <input
          type="range"
          class="layer-slider"
          aria-label="Layer"
          aria-valuetext={groupLayerName(group, layer)}
          min={0}
          max={count - 1}
          step={1}
          value={layer}
          onInput={({ currentTarget }) => go(Number(currentTarget.value))}
          // The panel's own arrow keys would move the head and the target too.
          onKeyDown={(event) => event.key.startsWith('Arrow') && event.stopPropagation()}
        />
      )}
    </div>
  );
}
