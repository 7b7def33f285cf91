import { useMemo } from 'preact/hooks';
import { valueText } from '../../../../src/shared/format';
import { quoted } from '../../../../src/shared/quoted';
import { textDirection } from '../../../../src/shared/text/direction';
import type { Saliency } from '../../../../src/shared/text/explanation';
import { meanIsNoise } from '../../../../src/shared/text/reading';
import { unitsAt, type TokenUnits } from '../../../../src/shared/text/token-units';
import { visibleToken } from '../../../../src/shared/text/visible-token';
import { noiseSentence, saliencyNames } from '../../../../src/shared/text/wording';
import { Button } from '../../../ui/controls';
import { ShadedTexts, type ShadedText } from '../../../views/shaded-texts';
import { useShadedSvg, usePlotSvg } from '../text-svgs';
import { litTokens, shownItems, shownToken } from '../../state/text-selectors';
import { useText, useTextController } from '../../state/use-text';
import { TokenPlot } from '../token-plot';
import type { SaliencyColumn, SaliencySubject } from './columns';

/** More than these are shown as running text, with their numbers in the plot, on hover and in the table. */
const mostNumbered = 80;

const nothing = new Float64Array(0);

/** One method's numbers over one sequence of tokens: the text shaded with its numbers, and the plot below it. */
export function SequenceSaliency({
  item,
  sequence,
  subject,
  column,
  below,
}: {
  readonly item: number;
  readonly sequence: number;
  readonly subject: SaliencySubject;
  readonly column: SaliencyColumn;
  readonly below: number;
}) {
  const { explained } = subject;
  const units = subject.units[sequence]!;
  const cell = column.cells[item]![sequence]!;
  const { saliency } = explained.sequences[sequence]!;
  if (column.kind === 'mean' && saliency && meanIsNoise(saliency)) return <Noise saliency={saliency} />;
  if (typeof cell === 'string') return <p class="quiet">{cell}</p>;
  return (
    <Numbers
      item={item}
      sequence={sequence}
      units={units}
      column={column}
      values={cell}
      below={below}
      texts={explained.texts}
    />
  );
}

function Numbers({
  item,
  sequence,
  units,
  column,
  values,
  below,
  texts,
}: {
  readonly item: number;
  readonly sequence: number;
  readonly units: TokenUnits;
  readonly column: SaliencyColumn;
  /** null: they are on their way. */
  readonly values: Float64Array | null;
  readonly below: number;
  readonly texts: readonly string[];
}) {
  const controller = useTextController();
  const plot = useText(({ view }) => view!.saliency.plot);
  const tokens = useText((state) => litTokens(state, item, sequence));
  const place = useText((state) => shownToken(state.view!, shownItems(state), item));
  const lit = useMemo(() => unitsAt(units, tokens), [units, tokens]);
  const chosen = place.sequence === sequence ? (units.unitOf[place.token] ?? -1) : -1;
  const { signed, top, kind } = column;
  const long = units.labels.length > mostNumbered;
  const shaded = useMemo(() => shadedOf(units, values, top, signed, !long), [units, values, top, signed, long]);
  const text = texts[Math.min(sequence, texts.length - 1)] ?? '';
  const name = `${saliencyNames[kind]} of ${quoted(texts.join(' '))}`;
  const lightUnit = (unit: number | null): void =>
    controller.hover(unit === null ? null : { item, sequence, tokens: units.tokens[unit]!, heads: null });
  const choose = (unit: number): void => controller.choose({ item, sequence, token: units.tokens[unit]![0]! });
  useShadedSvg(item, sequence, kind, name, values && (() => shadedOf(units, values, top, signed, true)));
  const plotId = `plot-${item}-${sequence}-${kind}`;
  usePlotSvg(item, sequence, kind, name, values && plotId);
  return (
    <>
      <ShadedTexts
        texts={shaded}
        className={long ? 'words text-tokens long' : 'words text-tokens'}
        dir={textDirection(text)}
        label={name}
        lit={(unit) => lit.includes(unit)}
        chosen={chosen < 0 ? null : chosen}
        onLight={lightUnit}
        onChoose={choose}
      />
      <div id={plotId}>
        <TokenPlot
          axis={units.axis}
          below={below}
          values={values ?? nothing}
          scale={column.scale}
          form={plot}
          signed={signed}
          label={`Plot of ${name}`}
          chosen={chosen < 0 ? null : chosen}
          lit={lit}
          onLight={lightUnit}
          onChoose={choose}
        />
      </div>
    </>
  );
}

const shadedOf = (
  { labels }: TokenUnits,
  values: Float64Array | null,
  top: number,
  signed: boolean,
  numbered: boolean,
): readonly ShadedText[] =>
  labels.map(({ text }, i) => {
    const value = values?.[i] ?? NaN;
    return {
      text: visibleToken(text),
      number: !numbered ? '' : values === null ? '…' : valueText(value),
      strength: top > 0 && Number.isFinite(value) ? Math.min(1, Math.abs(value) / top) : 0,
      tone: signed ? (value < 0 ? 'minus' : 'plus') : 'one',
    };
  });

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function Noise({ saliency }: { readonly saliency: Saliency }) {
  const controller = useTextController();
  return (
    <div class="noise">
      <p>{noiseSentence(largest(saliency.mean), largest(saliency.l2))}</p>
      <Button label="Show the L2 norm" onPress={() => controller.lookSaliency({ method: 'l2' })}>
        Show the L2 norm
      </Button>
    </div>
  );
}
