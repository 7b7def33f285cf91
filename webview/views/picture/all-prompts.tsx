import { useRef } from 'preact/hooks';
import type { PromptExplanation } from '../../../src/shared/explanation';
import { percent, valueText } from '../../../src/shared/format';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { quoted } from '../../../src/shared/quoted';
import { printable } from '../../../src/shared/width';
import { useInView } from '../../draw/use-in-view';
import { hoveredPatch, readingOf } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import type { View } from '../../state/view';
import { onRadioKey } from '../../ui/radio-key';
import { Bar } from './bar';
import { markPlace, patchUnder } from './mark-place';
import { Photo } from './photo';
import { shownTops, tableOf } from './shown';
import { strongest } from './strongest';

/** Of a prompt, which is cut by its line anyway. */
const mostLetters = 200;

/** One picture for each prompt, to compare; the chosen one is the target. A patch under the pointer is shown in all of them. */
export function AllPrompts({ image, index }: { readonly image: PanelImage; readonly index: number }) {
  const controller = useController();
  const panel = useApp(({ panel }) => panel!);
  const view = useApp(({ view }) => view!);
  const { explained } = image;
  const { prompts } = explained;
  const reading = readingOf(explained, view.method, view.layers, view.textLayers);
  const tops = shownTops(panel, view)[index]!;
  const choose = (prompt: number): void => controller.look({ prompt, query: null });
  return (
    <>
      <div
        class="all-prompts"
        role="radiogroup"
        aria-label="Target prompt"
        onKeyDown={(event) => onRadioKey(event, view.prompt, choose)}
      >
        {prompts.map((prompt, k) => (
          <PromptPicture
            key={k}
            index={k}
            image={image}
            prompt={prompt}
            map={reading.prompts[k]!.map}
            top={tops[k]!}
            chosen={k === view.prompt}
            onChoose={() => choose(k)}
          />
        ))}
      </div>
      <AllLegend view={view} top={tops[view.prompt]!} columns={explained.grid[1]} />
    </>
  );
}

/** What the colours of all pictures are worth, and which patch the numbers are of. */
function AllLegend({ view, top, columns }: { readonly view: View; readonly top: number; readonly columns: number }) {
  const patch = useApp(hoveredPatch);
  const signed = view.method === 'signed';
  const shared = view.overlay.scale === 'shared';
  return (
    <div class="picture-legend">
      <span class="legend-scale">
        <span class="number">{!signed ? '0' : shared ? valueText(-top) : '−top'}</span>
        <Bar table={tableOf(view)} signed={signed} opacity={view.overlay.opacity} at={null} />
        <span class="number">{shared ? valueText(top) : 'top'}</span>
      </span>
      <span class="quiet">
        {patch !== null
          ? `patch ${patch} · row ${Math.floor(patch / columns)}, column ${patch % columns}`
          : 'beside each prompt its strongest value'}
      </span>
    </div>
  );
}

function PromptPicture({
  index,
  image,
  prompt,
  map,
  top,
  chosen,
  onChoose,
}: {
  readonly index: number;
  readonly image: PanelImage;
  readonly prompt: PromptExplanation;
  readonly map: Float32Array;
  readonly top: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  const controller = useController();
  const overlay = useApp(({ view }) => view!.overlay);
  const method = useApp(({ view }) => view!.method);
  const frame = useRef<HTMLDivElement>(null);
  const visible = useInView(frame);
  const hovered = useApp((state) => (visible ? hoveredPatch(state) : null));
  const info = image.explained.image;
  const patch = hovered !== null && hovered < map.length ? hovered : null;
  const heat = { map, top, signed: method === 'signed', table: tableOf({ overlay, method }), smooth: overlay.smooth };
  const peak = strongest(map);
  const spoken = map[peak] === 0 ? 'zero everywhere' : `strongest in patch ${peak}, ${valueText(map[peak]!)}`;
  return (
    <div
      class="prompt-picture"
      data-index={index}
      role="radio"
      aria-checked={chosen}
      aria-label={`${quoted(prompt.text)}, ${percent(prompt.probability)}, ${spoken}`}
      tabIndex={chosen ? 0 : -1}
      onClick={onChoose}
    >
      <div
        ref={frame}
        class="photo-frame"
        style={{ '--aspect': `${info.width / info.height}` }}
        onPointerMove={(event) => {
          const at = patchUnder(frame.current!, image, event);
          if (at !== hovered) controller.hover(at === null ? null : { kind: 'patch', patch: at });
        }}
        onPointerLeave={() => controller.hover(null)}
      >
        {visible && <Photo image={image} heat={heat} opacity={overlay.on ? overlay.opacity : null} />}
        {patch !== null && <div class="picture-mark" style={markPlace(image, patch)} />}
      </div>
      <div class="prompt-name">
        <bdi class="clamped">{printable(prompt.text.slice(0, mostLetters))}</bdi>
        <span class="number quiet">{valueText(map[patch ?? peak]!)}</span>
      </div>
    </div>
  );
}
