import {
  MarkdownString,
  type CancellationToken,
  type LanguageModelTool,
  type LanguageModelToolInvocationOptions,
  type LanguageModelToolInvocationPrepareOptions,
  type LanguageModelToolResult,
  type PreparedToolInvocation,
} from 'vscode';
import * as v from 'valibot';
import { quoted } from '../../shared/quoted';
import { saliencyMethods } from '../../shared/text/explanation';
import { explainText } from '../explain-text';
import type { Room } from '../room';
import { answering, checkedInput } from './answering';
import { textToolName } from './names';
import { textToolAnswer } from './text-answer';

/** As package.json's inputSchema says it to the language model. */
const inputSchema = v.object({
  text: v.pipe(v.string(), v.minLength(1)),
  pair: v.optional(v.string()),
  target: v.optional(v.string()),
  method: v.optional(v.picklist(saliencyMethods)),
});

/** An explained text's numbers, for an assistant. */
export class ExplainTextTool implements LanguageModelTool<unknown> {
  constructor(private readonly room: Room) {}

  /** Nothing is sent anywhere, and no file but the model's is read: the editor's own question is enough. */
  prepareInvocation({ input }: LanguageModelToolInvocationPrepareOptions<unknown>): PreparedToolInvocation {
    const parsed = v.safeParse(inputSchema, input);
    if (!parsed.success) return {};
    const message = new MarkdownString().appendText(`Explaining ${quoted(parsed.output.text)}`);
    return { invocationMessage: message };
  }

  invoke(
    { input }: LanguageModelToolInvocationOptions<unknown>,
    token: CancellationToken,
  ): Promise<LanguageModelToolResult> {
    return answering(this.room, textToolName, token, async (signal) => {
      const { text, ...options } = checkedInput(inputSchema, input, '"text" (a string that is not empty)');
      return textToolAnswer(await explainText(this.room, text, { ...options, signal }));
    });
  }
}
