import { commands, window, type LogOutputChannel } from 'vscode';
import { errorKind } from '../shared/errors';
import type { Failures } from './failures';
import { sentenceOf } from './panels/failure';
import { UntrustedModel } from './trusted-models';

export interface Reporting {
  readonly log: LogOutputChannel;
  readonly failures: Failures;
  readonly copyDiagnostics: () => Promise<void>;
}

/** Says a failure: cause, way out, buttons. Cancelling is no failure. Never rejects, and resolves when it is said, not when it is read. */
export async function reportError(error: unknown, { log, failures, copyDiagnostics }: Reporting): Promise<void> {
  if (errorKind(error) === 'cancelled') return;
  failures.record(error);
  const ways: Readonly<Record<string, () => unknown>> = {
    ...(error instanceof UntrustedModel && { 'Manage Trust': () => commands.executeCommand('workbench.trust.manage') }),
    ...(errorKind(error) === 'crashed' && {
      'Restart Engine': () => commands.executeCommand('attentionLens.restartEngine'),
    }),
    'Show Log': () => log.show(),
    'Copy Diagnostics': copyDiagnostics,
  };
  void window.showErrorMessage(sentenceOf(error), ...Object.keys(ways)).then(async (chosen) => {
    try {
      if (chosen) await ways[chosen]!();
    } catch (second) {
      log.error(String(second));
    }
  });
}
