import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { methods, type Method, type PromptReading } from '../../src/shared/explanation';
import { insideImage } from '../../src/shared/geometry';
import { colourMaps, diverging } from '../../src/shared/colour/maps';
import type { PanelImage, PanelState } from '../../src/shared/panel-protocol';
import { methodNames, methodSentences } from '../../src/shared/wording';
import { drawHeat } from '../draw/heat';
import { drawGreyCrop, drawnRect, sized } from '../draw/photo';
import { useDeviceSize } from '../draw/use-device-size';
import { readingOf } from '../state/selectors';
import { useApp, useController } from '../state/use-app';
import type { View } from '../state/view';
import { onRadioKey } from '../ui/radio-key';
import { shownTops } from './picture/shown';

/** The five methods beside each other, for the target and the chosen layers; one of them is the panel's. */
export function Methods() {
  const controller = useController();
  const panel = useApp(({ panel }) => panel);
  const view = useApp(({ view }) => view);
  const image = panel && view ? panel.images[view.image] : undefined;
  if (!panel || !view || !image) return null;
  const choose = (index: number): void => controller.look({ method: methods[index]!, query: null });
  return (
    <section class="methods" aria-labelledby="methods-heading">
      <h2 id="methods-heading">Method</h2>
      <div
        class="method-pictures"
        role="radiogroup"
        aria-labelledby="methods-heading"
        aria-describedby="method-sentence"
        onKeyDown={(event) => onRadioKey(event, methods.indexOf(view.method), choose)}
      >
        {methods.map((method, i) => (
          <div
            key={method}
            class="method"
            role="radio"
            aria-checked={method === view.method}
            data-index={i}
            tabIndex={method === view.method ? 0 : -1}
            title={methodSentences[method]}
            onClick={() => choose(i)}
          >
            <Thumbnail image={image} {...heatOf(panel, view, method)} />
            <span class="small">{methodNames[method]}</span>
          </div>
        ))}
      </div>
      <p id="method-sentence" class="quiet">
        {methodSentences[view.method]}
      </p>
    </section>
  );
}

interface ThumbnailHeat {
  readonly reading: PromptReading;
  readonly top: number;
  readonly method: Method;
  readonly overlay: View['overlay'];
}

const heatOf = (panel: PanelState, view: View, method: Method): ThumbnailHeat => ({
  reading: readingOf(panel.images[view.image]!.explained, method, view.layers, view.textLayers).prompts[view.prompt]!,
  top: shownTops(panel, { ...view, method })[view.image]![view.prompt]!,
  method,
  overlay: view.overlay,
});

/** What the model saw, grey and small, with one method's heat. */
function Thumbnail({ image, reading, top, method, overlay }: ThumbnailHeat & { readonly image: PanelImage }) {
  const frame = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLCanvasElement>(null);
  const size = useDeviceSize(frame);
  const { explained, photo } = image;
  const seen = useMemo(() => insideImage(explained.image.crop, explained.image), [explained.image]);

  useLayoutEffect(() => {
    if (size) drawGreyCrop(sized(ground.current!, size), photo, drawnRect(seen, explained.image, photo));
  }, [size, photo, seen]);

  const { map } = reading;
  const { colourMap, smooth } = overlay;
  useLayoutEffect(() => {
    if (!size) return;
    const { crop } = explained.image;
    // The thumbnail shows `seen`; the grid may reach beyond it.
    const [sx, sy] = [size.width / seen.width, size.height / seen.height];
    const drawn = {
      x: (crop.x - seen.x) * sx,
      y: (crop.y - seen.y) * sy,
      width: crop.width * sx,
      height: crop.height * sy,
    };
    const signed = method === 'signed';
    const table = signed ? diverging : colourMaps[colourMap];
    const box = { left: 0, top: 0, right: size.width, bottom: size.height };
    drawHeat(layer.current!, { map, grid: explained.grid, crop: drawn, top, signed, table, smooth }, box);
  }, [size, map, top, method, colourMap, smooth, seen, explained.grid]);

  return (
    <div class="method-thumbnail" ref={frame} aria-hidden="true" style={{ '--aspect': `${seen.width / seen.height}` }}>
      <canvas ref={ground} />
      <canvas ref={layer} style={{ opacity: overlay.opacity }} />
    </div>
  );
}
