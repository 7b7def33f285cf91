import { commands, type Disposable } from 'vscode';
import type { Front } from './front';

/** For `when` clauses in package.json; what the trees know, they say themselves. */
export function keepContextKeys(front: Front): Disposable {
  let said = false;
  return front.onDidChange((panel) => {
    const hasExplanation = Boolean(panel?.heads);
    if (hasExplanation === said) return;
    said = hasExplanation;
    void commands.executeCommand('setContext', 'attentionLens.hasExplanation', hasExplanation);
  });
}
