import { Uri } from 'vscode';
import { UsageError } from '../shared/errors';
import { methods, type ExplanationRows, type LayerChoice, type Reading } from '../shared/explanation';
import { parseLayers } from '../shared/layers';
import { read } from '../shared/reading';
import type { ExplainOptions } from './api';
import { parsePrompts, promptLine, promptProblem } from '../shared/prompts/parse';
import type { Room } from './room';

export interface ExplainedImage {
  readonly explained: ExplanationRows;
  readonly reading: Reading;
}

/** For other programs: an explanation without a panel. Everything that they say is checked; some are written without types. @throws UsageError */
export async function explainImage(
  { explainer, settings }: Pick<Room, 'explainer' | 'settings'>,
  image: Uri,
  prompts: readonly string[],
  options: ExplainOptions,
): Promise<ExplainedImage> {
  const said = checkedPrompts(prompts);
  const method = options.method ?? settings().method;
  if (!methods.includes(method))
    throw new UsageError(`There is no method "${String(method)}". Choose one of ${methods.join(', ')}.`);
  const layers = asChoice(options.layers) ?? settings().layers ?? undefined;
  const textLayers = asChoice(options.textLayers) ?? settings().textLayers ?? undefined;
  const subject = { image: await explainer.image(checkedImage(image)), prompts: said, model: options.model ?? null };
  const explained = await explainer.explain(subject, { signal: options.signal });
  return { explained, reading: read(explained, { method, layers, textLayers }) };
}

/** A number, which its types do not allow, is meant as one layer all the same. */
const asChoice = (choice: LayerChoice | string | undefined): LayerChoice | undefined =>
  choice === undefined || (typeof choice === 'object' && choice !== null) ? choice : parseLayers(String(choice));

/** @throws UsageError */
export function checkedImage(image: unknown): Uri {
  if (image instanceof Uri && image.path !== '') return image;
  throw new UsageError('The image has to be a vscode.Uri with a path. Pass Uri.file(path) for a file on the disk.');
}

/** The same rules as for prompts that are typed. @throws UsageError */
export function checkedPrompts(prompts: unknown): readonly string[] {
  if (!Array.isArray(prompts) || !prompts.every((prompt) => typeof prompt === 'string'))
    throw new UsageError('The prompts have to be a list of strings. Pass at least one.');
  const said = parsePrompts(promptLine(prompts)).prompts;
  const problem = promptProblem(said);
  if (problem) throw new UsageError(problem.message);
  return said;
}
