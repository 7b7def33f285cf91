import { commands, type Disposable } from 'vscode';
import type { Panels } from './panels/panels';

/** For `when` clauses in package.json; what the trees know, they say themselves. */
export function keepContextKeys(panels: Panels): Disposable {
  let said = false;
  return panels.onDidChangeActive((active) => {
    const hasExplanation = (active?.images.length ?? 0) > 0;
    if (hasExplanation === said) return;
    said = hasExplanation;
    void commands.executeCommand('setContext', 'attentionLens.hasExplanation', hasExplanation);
  });
}
