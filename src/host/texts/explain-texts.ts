import { UsageError } from '../../shared/errors';
import type { Progress } from '../../shared/rpc/progress';
import type { LayerHeads, TextOutline } from '../../shared/text/explanation';
import type { ChosenHeads, LookedHeads, TextAsk } from '../../shared/text/panel-protocol';
import type { Explainer, TextSubject } from '../explainer';
import type { ExplainOptions } from '../panels/explaining';

/** What is explained in a text panel: what was asked, under the name that fetches its heads, and the answer. */
export interface ShownText {
  readonly subject: TextSubject;
  readonly explained: TextOutline;
}

export interface ExplainedTexts {
  readonly shown: readonly ShownText[];
  /** See ExplainedText; one for each. */
  readonly looked: readonly (LookedHeads | null)[];
}

/** Longer ones are nothing that a model reads. */
const maxLength = 1_000_000;

/** What stands in the way of explaining a text, or null. */
export function textProblem({ text, pair }: Pick<TextAsk, 'text' | 'pair'>): string | null {
  for (const one of pair === null ? [text] : [text, pair]) {
    if (one.trim() === '') return 'There is no text to explain. Select some, or type a sentence.';
    if (one.length > maxLength)
      return `The text has ${one.length} characters, and at most ${maxLength} are taken. Select a part of it.`;
  }
  return null;
}

/**
 * Explains a panel's texts in turn; what is known from before is not asked for again.
 *
 * @param looked the heads that somebody looks at: those of new texts come along
 * @throws UsageError for an empty or an endless text
 */
export async function explainTexts(
  explainer: Explainer,
  items: readonly TextAsk[],
  known: readonly ShownText[],
  looked: readonly ChosenHeads[],
  options: ExplainOptions,
): Promise<ExplainedTexts> {
  const shown: ShownText[] = [];
  const along: (LookedHeads | null)[] = [];
  for (const [i, { text, pair, model, target }] of items.entries()) {
    const problem = textProblem({ text, pair });
    if (problem) throw new UsageError(problem);
    const which = items.length > 1 ? `Text ${i + 1} of ${items.length}: ` : '';
    const onProgress = ({ stage, fraction }: Progress) => options.onProgress({ stage: `${which}${stage}`, fraction });
    // The folder as it is now: what is fetched later belongs to this explanation, whatever the settings say then.
    const subject = explainer.textSubject({ text, pair, model, target });
    const before = known.find((one) => same(one.subject, subject));
    if (before) {
      shown.push(before);
      along.push(null);
      continue;
    }
    const of = layerOf(looked.find(({ item }) => item === i));
    const { signal } = options;
    const { outline: explained, heads } = await explainer.outlineText(subject, of, { signal, onProgress });
    shown.push({ subject, explained });
    along.push(of && heads && { of, heads });
  }
  return { shown, looked: along };
}

const layerOf = (chosen: ChosenHeads | undefined): LayerHeads | null => {
  if (!chosen) return null;
  const { group, layer, gradient, exact } = chosen;
  return { group, layer, gradient, exact };
};

const same = (a: TextSubject, b: TextSubject): boolean =>
  a.text === b.text && a.pair === b.pair && a.model === b.model && a.target === b.target && a.maxTokens === b.maxTokens;
