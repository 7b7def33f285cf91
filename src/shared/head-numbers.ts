import type { HeadStatistics } from './heads-data';
import { percent, shareText, valueText } from './format';

/** A head in four numbers, in the units of HeadStatistics; NaN where a tower has no such number. */
export interface HeadNumbers {
  readonly relevance: number;
  readonly entropy: number;
  readonly distance: number;
  readonly sink: number;
}

/** What distances count and what the first token is called: "CLS", "the start token". */
export interface NumberNames {
  readonly kind: 'patches' | 'tokens';
  readonly first: string;
}

/**
 * @param entry along the first axis of statistics that have several: the prompt
 * @returns null for a pooling head, which is not among the statistics
 */
export function headNumbers(
  statistics: HeadStatistics | null,
  layer: number,
  head: number,
  entry: number,
): HeadNumbers | null {
  if (!statistics) return null;
  const number = (name: keyof HeadStatistics): number => {
    const { dims, data } = statistics[name];
    const [entries, layers, heads] = dims as readonly [number, number, number];
    if (layer >= layers || head >= heads) return NaN;
    return data[((entries === 1 ? 0 : entry) * layers + layer) * heads + head]!;
  };
  const numbers = {
    relevance: number('relevance'),
    entropy: number('entropy'),
    distance: number('distance'),
    sink: number('sink'),
  };
  return Object.values(numbers).every(Number.isNaN) ? null : numbers;
}

/** One of the numbers alone, as short as it goes. */
export const headNumberText = (name: keyof HeadNumbers, value: number): string =>
  name === 'relevance' ? percent(value) : name === 'sink' ? shareText(value) : valueText(value);

/** Each number with its name and unit, in the order in which they are read. */
const headNumberTexts = (
  numbers: HeadNumbers,
  { kind, first }: NumberNames,
): readonly (readonly [string, string])[] => [
  ['share of relevance', percent(numbers.relevance)],
  ['entropy', `${valueText(numbers.entropy)} nats`],
  ['mean distance', `${valueText(numbers.distance)} ${kind}`],
  ...(Number.isNaN(numbers.sink) ? [] : [[`on ${first}`, shareText(numbers.sink)] as const]),
];

/** "share of relevance 0.11, entropy 2.31 nats, …", for names and hints. */
export const headNumbersPhrase = (numbers: HeadNumbers, names: NumberNames): string =>
  headNumberTexts(numbers, names)
    .map(([name, text]) => `${name} ${text}`)
    .join(', ');
