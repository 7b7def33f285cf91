import { percent } from '../../shared/format';
import type { HeadGroup } from './shown-heads';
import type { Measures } from './sort';

/** What the tree says of a head or a layer: short beside its name, in whole sentences in the tooltip. */

/** U+2007 is as wide as a digit: numbers of different lengths stand under each other. */
const figureSpace = '\u2007';

/** En spaces between numbers, narrow ones within: what a side bar of usual width shows whole. */
const [gap, narrow] = ['\u2002', '\u202f'];

/** What the numbers of a group are about. */
type Spoken = Pick<HeadGroup, 'unit' | 'first'>;

/** Share of relevance, entropy, distance, share on the first position: "rel 34 % H 2.31 d 3.4 CLS 12 %". What a group does not have is left out. */
export function shortMeasures({ entropy, distance, sink, relevance }: Measures, { first }: Spoken): string {
  return [
    `rel ${share(relevance)}`,
    `H ${fixed(entropy, 2)}`,
    ...(Number.isNaN(distance) ? [] : [`d ${fixed(distance, 1)}`]),
    ...(sink === null ? [] : [`${first.short} ${share(sink)}`]),
  ].join(gap);
}

/** The same for ears: screen readers read this and not the abbreviations. */
export const spokenMeasures = (measures: Measures, group: Spoken): string =>
  sentences(measures, group, null)
    .map(({ name, value }) => `${name} ${value}`)
    .join(', ');

interface Sentence {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** One line for each number, with what it means. */
export function sentences(
  { entropy, distance, sink, relevance }: Measures,
  { unit, first }: Spoken,
  target: string | null,
): readonly Sentence[] {
  const line = (name: string, value: string, meaning: string): Sentence => ({ name, value, meaning });
  const prompt = target === null ? 'the target' : `“${target}”`;
  return [
    line('entropy', `${fixed(entropy, 2)} nats`, 'how widely it attends; 0 is one place alone'),
    ...(Number.isNaN(distance)
      ? []
      : [line('mean distance', `${fixed(distance, 1)} ${unit}`, `how far from itself each of the ${unit} attends`)]),
    ...(sink === null ? [] : [line(`on ${first.long}`, percent(sink), 'the share of the attention that goes there')]),
    line('relevance', percent(relevance), `its share of the relevance for ${prompt} among these heads`),
  ];
}

const fixed = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');

/** Whole percent, two places wide. */
const share = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const whole = Math.round(100 * value);
  const text = whole === 0 && value > 0 ? '<1' : String(whole);
  return `${text.padStart(2, figureSpace)}${narrow}%`;
};
