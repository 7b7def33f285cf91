import { useState } from 'preact/hooks';
import type { LayerChoice, LayerRange, Method, Tower, TowerRows } from '../../../src/shared/explanation';
import { layerCount, resolveLayers } from '../../../src/shared/layers';
import { layersPhrase } from '../../../src/shared/wording';
import { Choice } from '../../ui/choice';
import { addedText, layerName, towerNames } from './added';
import { LayerRangeSlider } from './range-slider';

/** One tower: its layers in words, a bar for each, the slider under the bars, and the usual choices. */
export function TowerLayers({
  tower,
  shape,
  range,
  added,
  recommended,
  single,
  method,
  onChange,
}: {
  readonly tower: Tower;
  readonly shape: TowerRows;
  readonly range: LayerRange;
  /** See `addedBy`. */
  readonly added: readonly (number | null)[];
  readonly recommended: LayerChoice;
  /** The method reads one layer, the last of the range. */
  readonly single: boolean;
  readonly method: Method;
  readonly onChange: (range: LayerRange) => void;
}) {
  const [hovered, setHovered] = useState<number | null>(null);
  const count = layerCount(shape);
  const top = Math.max(0, ...added.map((value) => value ?? 0));
  const first = single ? range.last : range.first;
  const nameOf = (layer: number): string => layerName(layer, shape);
  const describe = (layer: number): string => addedText(layer, added, first, shape);
  return (
    <div class={`tower-layers ${tower}`} role="group" aria-label={`Layers of the ${towerNames[tower]} tower`}>
      <div class="tower-line">
        <span class="quiet">{towerNames[tower]}</span>
        <span class="said">{hovered === null ? layersPhrase(range, shape, method) : describe(hovered)}</span>
        {!single && (
          <Presets
            count={count}
            range={range}
            recommended={recommended}
            label={towerNames[tower]}
            onChange={onChange}
          />
        )}
      </div>
      <ol class="layer-bars" aria-label="What each layer adds to the relevance" onPointerLeave={() => setHovered(null)}>
        {added.map((value, layer) => (
          <li
            key={layer}
            class={layer >= first && layer <= range.last ? 'in' : undefined}
            onPointerEnter={() => setHovered(layer)}
            onClick={() => onChange({ first: single ? Math.min(range.first, layer) : layer, last: layer })}
          >
            <i style={{ height: value === null || top === 0 ? '0' : `${(100 * value) / top}%` }} />
            <span class="spoken">{describe(layer)}</span>
          </li>
        ))}
      </ol>
      <LayerRangeSlider
        count={count}
        range={range}
        single={single}
        label={`${towerNames[tower]} tower`}
        nameOf={nameOf}
        describe={describe}
        onChange={onChange}
        onLook={setHovered}
      />
    </div>
  );
}

function Presets({
  count,
  range,
  recommended,
  label,
  onChange,
}: {
  readonly count: number;
  readonly range: LayerRange;
  readonly recommended: LayerChoice;
  readonly label: string;
  readonly onChange: (range: LayerRange) => void;
}) {
  const ranges: Record<string, LayerRange> = {
    last: resolveLayers('last', count),
    all: resolveLayers('all', count),
    recommended: resolveLayers(recommended, count),
  };
  const same = (a: LayerRange, b: LayerRange): boolean => a.first === b.first && a.last === b.last;
  const usual = ['last', 'all'].filter((name) => name === 'last' || count > 1);
  const known = usual.find((name) => same(ranges[name]!, ranges.recommended!));
  const names = known ? usual : [...usual, 'recommended'];
  return (
    <Choice
      label={`Usual layers of the ${label} tower`}
      value={names.find((name) => same(ranges[name]!, range)) ?? 'other'}
      options={Object.fromEntries(names.map((name) => [name, name === known ? `${name} (recommended)` : name]))}
      onChange={(name) => onChange(ranges[name]!)}
    />
  );
}
