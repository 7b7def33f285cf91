import type { Outline, PromptExplanation, Reading } from '../shared/explanation';
import { logitText, percent, shareText } from '../shared/format';
import { layersPhrase, methodNames, scaleNote, truncationNote } from '../shared/wording';
import { clipped, displayWidth, flowed, padEnd, padStart, printable, settled } from '../shared/width';
import { bar } from './bar';
import { flowedText } from './flowed-text';

/** Columns of the bar of a probability of 1. */
const barWidth = 24;

/**
 * The probability table and the words that counted, as plain text for a terminal, prompts in the user's order. A prompt that was
 * cut has a *, an assumed logit scale a †, both said below.
 *
 * @param columns the terminal's width; long prompts are cut to fit, words wrap
 */
export function formatTable(explanation: Outline, reading: Reading, columns = 100): string {
  const marked = explanation.prompts.map(
    ({ text, truncatedTo }) => [printable(text), truncatedTo === null ? '' : ' *'] as const,
  );
  const longest = Math.max(6, ...marked.map(([text, mark]) => displayWidth(text + mark)));
  const first = Math.min(longest, Math.max(12, columns - 50));
  const names = marked.map(([text, mark]) => padEnd(clipped(text, first - mark.length) + mark, first));
  return [
    ...probabilityLines(explanation, names, first),
    '',
    ...wordLines(explanation, reading, names, first, columns),
    ...footnotes(explanation).flatMap((note) => ['', ...flowedText(note, columns)]),
    '',
  ].join('\n');
}

function probabilityLines({ prompts, model }: Outline, names: readonly string[], first: number): string[] {
  const assumed = model.logitScale?.assumed ? ' †' : '';
  const head = [padEnd('prompt', first), padStart('logit', 8), `${padStart('probability', 13)}${assumed}`];
  const rows = prompts.map(({ logit, probability }, k) =>
    [names[k], padStart(logitText(logit), 8), padStart(percent(probability), 13), bar(probability, barWidth)]
      .join('  ')
      .trimEnd(),
  );
  return [head.join('  '), ...rows];
}

function wordLines(
  { prompts, text }: Outline,
  { prompts: readings, method, textLayers }: Reading,
  names: readonly string[],
  first: number,
  columns: number,
): string[] {
  const head = `${padEnd('words', first)}  ${methodNames[method]}, ${layersPhrase(textLayers, text, method)}`;
  const rows = prompts.flatMap(({ words }, k) => {
    const scores = readings[k]!.words;
    const pieces = words.map((word, i) => `${settled(printable(word))} ${shareText(scores[i]!)}`);
    return flowed(pieces, Math.max(20, columns - first - 2)).map((line, i) =>
      `${i === 0 ? names[k] : ' '.repeat(first)}  ${line}`.trimEnd(),
    );
  });
  return [head, ...rows];
}

function footnotes({ prompts, model }: Outline): string[] {
  const cut = prompts.filter((p): p is PromptExplanation & { truncatedTo: number } => p.truncatedTo !== null);
  const note = scaleNote(model);
  return [
    ...[...new Set(cut.map((p) => p.truncatedTo))].map((tokens) => `* ${truncationNote(tokens)}.`),
    ...(note ? [`† ${note}`] : []),
  ];
}
