import { LanguageModelTextPart, LanguageModelToolResult, type CancellationToken } from 'vscode';
import * as v from 'valibot';
import { UsageError } from '../../shared/errors';
import { sentenceOf } from '../panels/failure';
import type { Room } from '../room';

/** Runs a tool's work and gives its answer as JSON. Rejects with a sentence that the language model can act on. */
export async function answering(
  { log }: Pick<Room, 'log'>,
  name: string,
  token: CancellationToken,
  work: (signal: AbortSignal) => Promise<object>,
): Promise<LanguageModelToolResult> {
  const abort = new AbortController();
  const cancelling = token.onCancellationRequested(() => abort.abort());
  try {
    return new LanguageModelToolResult([new LanguageModelTextPart(JSON.stringify(await work(abort.signal)))]);
  } catch (error) {
    log.warn(`The tool ${name} failed: ${String(error)}`);
    throw new Error(sentenceOf(error), { cause: error });
  } finally {
    cancelling.dispose();
  }
}

/** @param wanted what there has to be, in words. @throws UsageError */
export function checkedInput<T>(schema: v.GenericSchema<unknown, T>, input: unknown, wanted: string): T {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new UsageError(
    `The input "${v.getDotPath(issue) ?? 'itself'}" is not as expected: ${issue.message}. Give ${wanted}.`,
  );
}
