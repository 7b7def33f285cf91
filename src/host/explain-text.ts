import { UsageError } from '../shared/errors';
import {
  saliencyMethods,
  type IntegratedGradients,
  type SaliencyMethod,
  type TextExplanation,
} from '../shared/text/explanation';
import type { TextPanelRequest } from '../shared/text/panel-protocol';
import type { ExplainTextOptions } from './api';
import type { Room } from './room';
import { textProblem } from './texts/explain-texts';

export interface ExplainedText {
  readonly explained: TextExplanation;
  readonly method: SaliencyMethod;
  /** For the method 'ig', else null. */
  readonly integrated: IntegratedGradients | null;
}

/** For other programs: an explanation without a panel. Everything that they say is checked; some are written without types. @throws UsageError */
export async function explainText(
  { explainer, settings }: Pick<Room, 'explainer' | 'settings'>,
  text: string,
  { pair, target, method = settings().saliencyMethod, model, signal }: ExplainTextOptions,
): Promise<ExplainedText> {
  if (!saliencyMethods.includes(method))
    throw new UsageError(`There is no method "${String(method)}". Choose one of ${saliencyMethods.join(', ')}.`);
  const subject = explainer.textSubject(checkedText(text, { pair, target, model }));
  const explained = await explainer.explainText(subject, { signal });
  const integrated = method === 'ig' ? await explainer.integratedGradients(subject, { signal }) : null;
  return { explained, method, integrated };
}

/** The panel of a text that another program asks for. @throws UsageError */
export const textRequest = (text: unknown, options: ExplainTextOptions): TextPanelRequest => ({
  items: [{ ...checkedText(text, options), sources: [] }],
});

function checkedText(text: unknown, { pair, target, model }: ExplainTextOptions) {
  for (const [name, value] of Object.entries({ pair, target, model }))
    if (value !== undefined && typeof value !== 'string')
      throw new UsageError(`The option "${name}" has to be a string. Leave it out, or pass one.`);
  if (typeof text !== 'string') throw new UsageError('The text has to be a string. Pass one that is not empty.');
  const problem = textProblem({ text, pair: pair ?? null });
  if (problem) throw new UsageError(problem);
  return { text, pair: pair ?? null, model: model ?? null, target: target ?? null };
}
