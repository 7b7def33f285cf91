import { useMemo, useRef } from 'preact/hooks';
import { patchName } from '../../../../src/shared/axis';
import { shareText, valueText } from '../../../../src/shared/format';
import { headMatrix, signedQuantity } from '../../../../src/shared/head-matrix';
import { patchRow } from '../../../../src/shared/head-row';
import type { HeadQuantity } from '../../../../src/shared/heads-data';
import { heatTop } from '../../../../src/shared/scale';
import { acrossSvg } from '../../../../src/shared/svg/across';
import { methodNames } from '../../../../src/shared/wording';
import { cropAspect, drawPatchRow } from '../../../draw/patch-heat';
import { themeColours } from '../../../export/theme-colours';
import { useSvgView } from '../../../export/svg-views';
import { hoveredPatch, shownImage, targetPrompt, targetReading } from '../../../state/selectors';
import { useApp, useController } from '../../../state/use-app';
import { Canvas } from '../../../ui/canvas';
import { rove } from '../../../ui/roving';
import { useWidth } from '../../../ui/use-width';
import { acrossPlace, patchLines, wordRow } from './across-place';
import { useHeads, type ShownLayer } from '../source';
import { framedRow } from './framed';
import { patchPlace } from './image-row';
import { WordList } from './word-list';

const fine = 640;

const quantityPhrases: Readonly<Record<HeadQuantity, string>> = {
  attention: 'attention',
  gradient: 'the gradient for attention',
  product: 'attention × gradient',
};

/**
 * Words and CLS on one side, the image's patches on the other. No attention of CLIP joins a word to a patch, and none is drawn: CLS has
 * lines to the patches, which it attends; a word and a patch meet in the prompt's score alone.
 */
export function Across({ layer }: { readonly layer: ShownLayer }) {
  const controller = useController();
  const image = useApp((state) => shownImage(state)!);
  const prompt = useApp(targetPrompt)!;
  const reading = useApp(targetReading)!;
  const view = useApp(({ view }) => view!);
  const hover = useApp(({ hover }) => hover);
  const lit = useApp(hoveredPatch);
  const body = useRef<HTMLDivElement>(null);
  const photo = useRef<HTMLDivElement>(null);
  const cursor = useRef(0);
  const width = useWidth(body);
  const { tensors, heads } = layer;
  const { explained } = layer.image!;
  const { quantity } = useHeads(({ view }) => view);
  const [rows, columns] = explained.grid;
  const head = Math.min(view.head, heads - 1);
  const attended = useMemo(() => patchRow(explained, headMatrix(tensors, quantity, head), null), [explained, tensors, quantity, head]); // prettier-ignore
  const attendedSigned = signedQuantity(quantity);
  const attendedTop = heatTop(attended, attendedSigned);
  const framed = framedRow(layer.image!, null).query;
  const source = framed === null ? 'pooled' : layer.sides.query.axis.name(framed);
  const word = hover?.kind === 'word' ? hover.word : null;
  const map = word === null ? attended : reading.map;
  const signed = word === null ? attendedSigned : view.method === 'signed';
  const top = word === null ? attendedTop : heatTop(map, signed);
  const place = useMemo(() => acrossPlace(width, cropAspect(image)), [width, image]);
  const lines = useMemo(
    () => (word === null ? patchLines(attended, [rows, columns], place, lit) : []),
    [word, attended, rows, columns, place, lit],
  );
  useSvgView(`words and patches, head ${head}`, () => {
    const canvas = document.createElement('canvas');
    drawPatchRow(canvas, image, map, { top, signed }, fine);
    return acrossSvg({
      title: `${quantity}, head ${head} of ${layer.name}: ${source} to patches, words by ${methodNames[view.method]}`,
      source,
      words: prompt.words.map((text, i) => ({ text, share: shareText(reading.words[i] ?? NaN) })),
      row: wordRow,
      place,
      strokes: lines,
      picture: canvas.toDataURL('image/png'),
      colours: themeColours(),
    });
  });
  const under = ({ clientX, clientY }: MouseEvent): number => {
    const box = photo.current!.getBoundingClientRect();
    const cell = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return cell((clientY - box.top) / box.height, rows) * columns + cell((clientX - box.left) / box.width, columns);
  };
  const point = (patch: number | null) => controller.hover(patch === null ? null : { kind: 'patch', patch });
  return (
    <section class="across" aria-label="Words and patches">
      <h2>
        {source} and words ↔ patches · head {head}
      </h2>
      <div class="across-body" ref={body} style={{ minHeight: `${place.imageHeight}px` }}>
        <div style={{ width: `${place.list}px` }}>
          <WordList
            source={source}
            words={prompt.words}
            shares={reading.words}
            signed={view.method === 'signed'}
            litWord={word}
            litSource={word === null}
            onLight={(on) =>
              controller.hover(
                on === null
                  ? null
                  : on === 'source'
                    ? { kind: 'tokens', side: 'query', tokens: [0] }
                    : { kind: 'word', word: on },
              )
            }
          />
        </div>
        <div
          ref={photo}
          class="across-photo"
          role="application"
          aria-roledescription="patches of the image"
          aria-label={`${rows} × ${columns} patches of the image. Arrow keys go from patch to patch.`}
          tabIndex={0}
          style={{
            left: `${place.list + place.gap}px`,
            width: `${place.imageWidth}px`,
            height: `${place.imageHeight}px`,
          }}
          onPointerMove={(event) => {
            const patch = under(event);
            if (patch !== lit) point(patch);
          }}
          onPointerLeave={() => point(null)}
          onFocus={() => photo.current!.matches(':focus-visible') && point(cursor.current)}
          onBlur={() => point(null)}
          onKeyDown={(event) =>
            rove(event, cursor.current, { count: rows * columns, columns }, (to) => point((cursor.current = to)))
          }
        >
          {width > 0 && (
            <Canvas
              inputs={[image, map, top, signed]}
              draw={(canvas) => drawPatchRow(canvas, image, map, { top, signed }, fine)}
            />
          )}
          {lit !== null && lit < rows * columns && (
            <i class="patch-mark" style={patchPlace(lit, explained.grid)} aria-hidden="true" />
          )}
        </div>
        <svg class="across-lines" width={width} height={place.imageHeight} aria-hidden="true">
          {lines.map(({ opacity, path }) => (
            <path key={opacity} d={path} stroke-opacity={opacity} />
          ))}
        </svg>
      </div>
      <output class="small across-told">
        {lit !== null && lit < attended.length ? (
          <>
            {source} → {patchName(lit, columns)} <b>{valueText(attended[lit]!)}</b>
            <span class="quiet"> · strongest {valueText(attendedTop)} · </span>
            {methodNames[view.method]} for the prompt <b>{valueText(reading.map[lit]!)}</b>
          </>
        ) : word !== null ? (
          <>
            <bdi>{prompt.words[word]}</bdi> <b>{shareText(reading.words[word] ?? NaN)}</b>
            <span class="quiet">
              {' '}
              of the words’ {methodNames[view.method]}; the patches show theirs, for the whole prompt
            </span>
          </>
        ) : (
          <span class="quiet">
            Lines: {quantityPhrases[quantity]} from {source} to each patch in head {head}, opaque at{' '}
            {attendedSigned ? '±' : ''}
            {valueText(attendedTop)}.
          </span>
        )}
      </output>
      {lit !== null && lit < attended.length && (
        <PatchHeads layer={layer} patch={lit} chosen={head} quantity={quantity} />
      )}
      <p class="small quiet">
        No attention joins a word to a patch in this model: text and image meet only in the score. So a word and a patch
        are linked through the prompt’s score, each with its own share of it, and only {source} has lines.
      </p>
    </section>
  );
}

/** What every head's read-out row takes from one patch. */
function PatchHeads({
  layer,
  patch,
  chosen,
  quantity,
}: {
  readonly layer: ShownLayer;
  readonly patch: number;
  readonly chosen: number;
  readonly quantity: HeadQuantity;
}) {
  const weights = Array.from(
    { length: layer.heads },
    (_, h) => patchRow(layer.image!.explained, headMatrix(layer.tensors, quantity, h), null)[patch]!,
  );
  const top = Math.max(...weights.map(Math.abs));
  return (
    <ul class="patch-heads small" aria-label={`Weights of patch ${patch} by head`}>
      {weights.map((weight, h) => (
        <li key={h} class={h === chosen ? 'chosen' : undefined}>
          <span>h{h}</span>
          <span class="head-bar">
            <span style={{ width: top > 0 ? `${(100 * Math.abs(weight)) / top}%` : '0' }} />
          </span>
          <span class="number">{valueText(weight)}</span>
        </li>
      ))}
    </ul>
  );
}
