import { saliencyScores } from '../explain/report/text-json';
import { valueText } from '../shared/format';
import type { IntegratedGradients, SaliencyMethod, TextExplanation, TokenSequence } from '../shared/text/explanation';
import { readRows, saliencyNoise } from '../shared/text/read-rows';
import { integratedSentence, saliencyNames, targetText } from '../shared/text/wording';
import { clipped, displayWidth, padEnd, padStart, printable } from '../shared/width';
import { bar } from './bar';
import { flowedText } from './flowed-text';

const barWidth = 20;

/**
 * The target, then every token with its place in the text, its saliency and its share in the row of relevance that is read, as plain
 * text for a terminal. What is rounding noise has no bar, and a sentence says so.
 *
 * @param integrated for the method 'ig', else null
 * @param columns the terminal's width
 */
export function formatTextTable(
  explained: TextExplanation,
  method: SaliencyMethod,
  integrated: IntegratedGradients | null,
  columns = 100,
): string {
  const { model, sequences, target } = explained;
  const count = sequences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const rows = readRows(explained);
  return [
    `${printable(targetText(target))}   ${printable(target.text)}`,
    `${printable(model.name)}, ${count} tokens`,
    ...sequences.flatMap((sequence, s) => [
      '',
      ...sequenceLines(sequence, method, saliencyScores(explained, s, method, integrated), rows[s] ?? null),
    ]),
    ...notesOf(explained, method, integrated).flatMap((note) => ['', ...flowedText(note, columns)]),
    '',
  ].join('\n');
}

function sequenceLines(
  { name, tokens, saliency }: TokenSequence,
  method: SaliencyMethod,
  scores: Float32Array | null,
  relevance: Float64Array | null,
): string[] {
  const most = scores?.reduce((top, score) => Math.max(top, Math.abs(score)), 0) ?? 0;
  const barred = most > 0 && saliencyNoise(saliency, method) === null;
  const names = tokens.map(({ text }) => clipped(printable(text), 24));
  const first = Math.max(...names.map(displayWidth), displayWidth(heading(name)));
  const places = tokens.map(({ start, end }) => (start === null ? '' : `${start}–${end}`));
  const second = Math.max(5, ...places.map((place) => place.length));
  const head = [
    padEnd(heading(name), first),
    padStart('place', second),
    padStart(saliencyNames[method], numberWidth(method)),
    ' '.repeat(barWidth),
    'relevance',
  ];
  const rows = tokens.map((_, i) => [
    padEnd(names[i]!, first),
    padStart(places[i]!, second),
    padStart(scores ? valueText(scores[i]!) : '–', numberWidth(method)),
    padEnd(scores && barred ? bar(Math.abs(scores[i]!) / most, barWidth) : '', barWidth),
    padStart(relevance ? valueText(relevance[i]!) : '–', 9),
  ]);
  return [head, ...rows].map((cells) => cells.join('  ').trimEnd());
}

const heading = (name: TokenSequence['name']): string => (name === 'text' ? 'token' : `${name}’s token`);

const numberWidth = (method: SaliencyMethod): number => Math.max(9, saliencyNames[method].length);

function notesOf(
  { sequences, attentions }: TextExplanation,
  method: SaliencyMethod,
  integrated: IntegratedGradients | null,
): string[] {
  const { name, tokens, readOut } = sequences.at(-1)!;
  const read = tokens[readOut];
  return [
    ...new Set(sequences.flatMap(({ saliency }) => saliencyNoise(saliency, method) ?? [])),
    ...(integrated ? [integratedSentence(integrated)] : []),
    ...(attentions.length > 0 && read
      ? [`Relevance: the row of “${printable(read.text)}” (${heading(name)} ${readOut}), over all layers.`]
      : []),
  ];
}
