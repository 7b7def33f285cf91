import { useMemo, useRef } from 'preact/hooks';
import { thinned, type Axis } from '../../../src/shared/axis';
import { valueText } from '../../../src/shared/format';
import {
  plotBar,
  plotIndex,
  plotLine,
  plotStep,
  plotX,
  plotY,
  type PlotPlace,
} from '../../../src/shared/text/plot-place';
import { tickText, type PlotScale } from '../../../src/shared/text/plot-scale';
import { visibleToken } from '../../../src/shared/text/visible-token';
import { clipped, displayWidth } from '../../../src/shared/width';
import { useWidth } from '../../ui/use-width';

const height = 190;
/** Of a tick's number and of a token's name, which is turned. */
const left = 44;
const longest = 74;
const letter = 6.2;
const turned = 0.58;
const labelRoom = 15;

/** One number for each token or word, over the positions from left to right whatever the text's own direction is. A picture: its list and its table are beside it. */
export function TokenPlot({
  axis,
  below,
  values,
  scale,
  form,
  signed,
  label,
  chosen,
  lit,
  onLight,
  onChoose,
}: {
  readonly axis: Axis;
  /** Room for the names: see `nameRoom`. Plots that are compared have the same. */
  readonly below: number;
  readonly values: Float64Array;
  readonly scale: PlotScale;
  readonly form: 'line' | 'bars';
  readonly signed: boolean;
  readonly label: string;
  readonly chosen: number | null;
  readonly lit: readonly number[];
  readonly onLight: (index: number | null) => void;
  readonly onChoose: (index: number) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const names = useMemo(() => namesOf(axis), [axis]);
  const place = useMemo(
    (): PlotPlace => ({
      width,
      height,
      left,
      right: Math.max(left + 1, width - 10),
      top: 8,
      bottom: height - below,
      count: values.length,
      scale,
      ends: false,
    }),
    [width, below, values.length, scale],
  );
  const still = useMemo(
    () => (width > 0 ? <Still place={place} axis={axis} names={names.texts} values={values} form={form} signed={signed} /> : null), // prettier-ignore
    [width, place, axis, names, values, form, signed],
  );
  const at = ({ clientX }: MouseEvent): number =>
    plotIndex(place, clientX - frame.current!.getBoundingClientRect().left);
  const marked = lit.length === 1 ? lit[0]! : null;
  return (
    <div
      class="token-plot"
      ref={frame}
      role="img"
      aria-label={label}
      onPointerMove={(event) => {
        const index = at(event);
        if (index !== marked) onLight(index);
      }}
      onPointerLeave={() => onLight(null)}
      onClick={(event) => onChoose(at(event))}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {lit.map(
            (index) =>
            <line key={index} class="plot-lit" x1={plotX(place, index)} x2={plotX(place, index)} y1={place.top} y2={place.bottom} />, // prettier-ignore
          )}
          {still}
          {chosen !== null && chosen < values.length && Number.isFinite(values[chosen]) && (
            <circle class="plot-chosen" cx={plotX(place, chosen)} cy={plotY(place, values[chosen]!)} r="5" />
          )}
        </svg>
      )}
      {marked !== null && marked < values.length && width > 0 && (
        <Tip place={place} index={marked} name={axis.name(marked)} value={values[marked]!} />
      )}
    </div>
  );
}

/** All that does not move with the pointer. */
function Still({
  place,
  axis,
  names,
  values,
  form,
  signed,
}: {
  readonly place: PlotPlace;
  readonly axis: Axis;
  readonly names: readonly string[];
  readonly values: Float64Array;
  readonly form: 'line' | 'bars';
  readonly signed: boolean;
}) {
  const step = plotStep(place);
  const { bottom, scale } = place;
  return (
    <>
      <PlotTicks place={place} />
      {form === 'bars' ? (
        <Bars place={place} values={values} signed={signed} />
      ) : (
        <>
          <path class="plot-line" d={plotLine(place, values)} />
          {step >= 8 &&
            Array.from(values, (value, i) =>
              Number.isFinite(value) ? (
                <circle key={i} class={dotClass(value, signed)} cx={plotX(place, i)} cy={plotY(place, value)} r="3" />
              ) : null,
            )}
        </>
      )}
      {scale.low < 0 && scale.high > 0 && (
        <line class="plot-zero" x1={place.left} x2={place.right} y1={plotY(place, 0)} y2={plotY(place, 0)} />
      )}
      {thinned(axis, step, labelRoom).map(({ at }) => {
        const x = plotX(place, at);
        return (
          <text key={at} class="plot-name" x={x} y={bottom + 12} transform={`rotate(-35 ${x} ${bottom + 12})`}>
            {names[at]}
          </text>
        );
      })}
    </>
  );
}

/** Two paths, so that hundreds of bars are drawn as fast as one. */
function Bars({
  place,
  values,
  signed,
}: {
  readonly place: PlotPlace;
  readonly values: Float64Array;
  readonly signed: boolean;
}) {
  const paths = { plus: '', minus: '' };
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const { x, y, width, height } = plotBar(place, i, value);
    paths[value < 0 ? 'minus' : 'plus'] +=
      `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
  });
  return (
    <>
      <path class={signed ? 'plot-bar plus' : 'plot-bar'} d={paths.plus} />
      <path class={signed ? 'plot-bar minus' : 'plot-bar'} d={paths.minus} />
    </>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

const dotClass = (value: number, signed: boolean): string =>
  signed ? (value < 0 ? 'plot-dot minus' : 'plot-dot plus') : 'plot-dot';

/** The vertical axis: round numbers and quiet lines. */
export const PlotTicks = ({ place }: { readonly place: PlotPlace }) => (
  <>
    {place.scale.ticks.map((tick) => {
      const y = plotY(place, tick);
      return (
        <g key={tick}>
          <line class="plot-grid" x1={place.left} x2={place.right} y1={y} y2={y} />
          <text class="plot-tick" x={place.left - 8} y={y + 4}>
            {tickText(tick, place.scale)}
          </text>
        </g>
      );
    })}
  </>
);

/** Above the point, and within the frame. */
function Tip({
  place,
  index,
  name,
  value,
}: {
  readonly place: PlotPlace;
  readonly index: number;
  readonly name: string;
  readonly value: number;
}) {
  const x = plotX(place, index);
  const y = Number.isFinite(value) ? plotY(place, value) : place.bottom;
  const after = x > place.width / 2;
  return (
    <div
      class={after ? 'matrix-tip plot-tip before' : 'matrix-tip plot-tip'}
      style={{ left: `${x}px`, top: `${Math.max(2, y - 30)}px` }}
      aria-hidden="true"
    >
      <bdi>{visibleToken(name)}</bdi> <b>{valueText(value)}</b>
    </div>
  );
}

/** Pixels that the turned names of the axes need below a plot. */
export const nameRoom = (axes: readonly Axis[]): number => Math.max(...axes.map((axis) => namesOf(axis).below));

interface Names {
  readonly texts: readonly string[];
  /** Room that the turned names need below the frame. */
  readonly below: number;
}

const known = new WeakMap<Axis, Names>();

/** Cut to what fits; the same for every plot of the axis. */
function namesOf(axis: Axis): Names {
  const there = known.get(axis);
  if (there) return there;
  const letters = Math.floor(longest / letter);
  let most = 3;
  const texts = axis.marks.map(({ text: token }) => {
    const text = visibleToken(token.slice(0, 200));
    const cut = clipped(text.slice(0, 80).replace(/\s+/gu, ' '), letters);
    most = Math.max(most, displayWidth(cut));
    return cut;
  });
  const made = { texts, below: Math.ceil(20 + turned * letter * most) };
  known.set(axis, made);
  return made;
}
