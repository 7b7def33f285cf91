import {
  MarkdownString,
  Uri,
  workspace,
  type CancellationToken,
  type LanguageModelTool,
  type LanguageModelToolInvocationOptions,
  type LanguageModelToolInvocationPrepareOptions,
  type LanguageModelToolResult,
  type PreparedToolInvocation,
} from 'vscode';
import * as v from 'valibot';
import { UsageError } from '../../shared/errors';
import { methods } from '../../shared/explanation';
import { explainImage } from '../explain-image';
import { nameOf } from '../names';
import type { Room } from '../room';
import { toolAnswer } from './answer';
import { answering, checkedInput } from './answering';
import { imageToolName } from './names';

/** As package.json's inputSchema says it to the language model. */
const inputSchema = v.object({
  image: v.pipe(v.string(), v.minLength(1)),
  prompts: v.pipe(v.array(v.string()), v.minLength(1)),
  method: v.optional(v.picklist(methods)),
  layers: v.optional(v.string()),
  grid: v.optional(v.boolean()),
});

/** An explanation's numbers, for an assistant. */
export class ExplainImageTool implements LanguageModelTool<unknown> {
  constructor(private readonly room: Room) {}

  /** Nothing is sent anywhere, but a file is read: the user is asked, and told where it lies outside their folders. */
  prepareInvocation({ input }: LanguageModelToolInvocationPrepareOptions<unknown>): PreparedToolInvocation {
    const parsed = v.safeParse(inputSchema, input);
    const uri = parsed.success ? knownUri(parsed.output.image) : null;
    // What is wrong with the input is said when the tool runs: a sentence here would reach nobody.
    if (!parsed.success || !uri) return {};
    const { prompts } = parsed.output;
    const outside = !workspace.getWorkspaceFolder(uri);
    const message = new MarkdownString()
      .appendText(`Explain ${nameOf(uri.path)} with the prompts ${prompts.map((p) => `“${p}”`).join(', ')}?`)
      .appendMarkdown('\n\n')
      .appendText(
        outside
          ? `The image lies outside the workspace: ${uri.scheme === 'file' ? uri.fsPath : uri.toString(true)}.`
          : `The image is ${workspace.asRelativePath(uri)}; the model runs on this machine.`,
      );
    return {
      invocationMessage: `Explaining ${nameOf(uri.path)}`,
      confirmationMessages: {
        title: outside ? 'Explain an Image outside the Workspace' : 'Explain an Image',
        message,
      },
    };
  }

  invoke(
    { input }: LanguageModelToolInvocationOptions<unknown>,
    token: CancellationToken,
  ): Promise<LanguageModelToolResult> {
    return answering(this.room, imageToolName, token, async (signal) => {
      const wanted = '"image" (a path) and "prompts" (a list of strings)';
      const { image, prompts, method, layers, grid } = checkedInput(inputSchema, input, wanted);
      const { explained, reading } = await explainImage(this.room, imageUri(image), prompts, {
        method,
        layers,
        signal,
      });
      return toolAnswer(explained, reading, grid ?? false);
    });
  }
}

function knownUri(text: string): Uri | null {
  try {
    return imageUri(text);
  } catch {
    return null;
  }
}

/** A URI, an absolute path, or one within the first workspace folder or the one that it names. @throws UsageError */
function imageUri(text: string): Uri {
  const isUri = /^[a-z][a-z0-9+.-]+:/i.test(text);
  if (isUri) {
    const uri = Uri.parse(text);
    // Nothing is fetched from the web, which some editors serve as a file system.
    const web = /^https?$/i.test(uri.scheme);
    if (!web && workspace.fs.isWritableFileSystem(uri.scheme) !== undefined) return uri;
    throw new UsageError(`Images at "${uri.scheme}:" cannot be read. Give the path of a file.`);
  }
  if (/^(?:[\\/]|[a-z]:[\\/])/i.test(text)) return Uri.file(text);
  const folders = workspace.workspaceFolders ?? [];
  const [first, ...rest] = text.split(/[\\/]/);
  const named = folders.length > 1 ? folders.find(({ name }) => name === first) : undefined;
  if (named) return Uri.joinPath(named.uri, ...rest);
  if (folders[0]) return Uri.joinPath(folders[0].uri, text);
  throw new UsageError(`No folder is open that "${text}" could lie in. Give the whole path.`);
}
