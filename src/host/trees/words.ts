import type { Tower } from '../../shared/explanation';
import { percent } from '../../shared/format';
import type { Measures } from './sort';

/** What the tree says of a head or a layer: short beside its name, in whole sentences in the tooltip. */

/** U+2007 is as wide as a digit: numbers of different lengths stand under each other. */
const figureSpace = '\u2007';

/** En spaces between numbers, narrow ones within: what a side bar of usual width shows whole. */
const [gap, narrow] = ['\u2002', '\u202f'];

/** Share of relevance, entropy, distance, share on CLS or the start token: "rel 34 % H 2.31 d 3.4 CLS 12 %". */
export function shortMeasures({ entropy, distance, sink, relevance }: Measures, tower: Tower): string {
  const first = tower === 'vision' ? 'CLS' : 'start';
  return [
    `rel ${share(relevance)}`,
    `H ${fixed(entropy, 2)}`,
    `d ${fixed(distance, 1)}`,
    ...(sink === null ? [] : [`${first} ${share(sink)}`]),
  ].join(gap);
}

/** The same for ears: screen readers read this and not the abbreviations. */
export const spokenMeasures = (measures: Measures, tower: Tower): string =>
  sentences(measures, tower, null)
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
  tower: Tower,
  target: string | null,
): readonly Sentence[] {
  const unit = tower === 'vision' ? 'patches' : 'tokens';
  const first = tower === 'vision' ? 'CLS' : 'the start token';
  const line = (name: string, value: string, meaning: string): Sentence => ({ name, value, meaning });
  const prompt = target === null ? 'the target prompt' : `“${target}”`;
  return [
    line('entropy', `${fixed(entropy, 2)} nats`, 'how widely it attends; 0 is one place alone'),
    line('mean distance', `${fixed(distance, 1)} ${unit}`, `how far from itself each of the ${unit} attends`),
    ...(sink === null ? [] : [line(`on ${first}`, percent(sink), 'the share of the attention that goes there')]),
    line('relevance', percent(relevance), `its share of the relevance for ${prompt} in this tower`),
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
