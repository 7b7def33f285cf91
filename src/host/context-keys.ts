import { commands, Disposable } from 'vscode';
import type { Panels } from './panels/panels';
import type { Work } from './work';

/** For `when` clauses in package.json. */
export function keepContextKeys(panels: Panels, work: Work): Disposable {
  const said = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (said.get(key) === value) return;
    said.set(key, value);
    void commands.executeCommand('setContext', `attentionLens.${key}`, value);
  };
  const panelsChanged = () => {
    set('panelActive', panels.active?.webview.active ?? false);
    set('hasExplanation', (panels.active?.images.length ?? 0) > 0);
  };
  const workChanged = () => set('engineBusy', work.stage !== null);
  return Disposable.from(
    panels.onDidChangeActive(panelsChanged),
    panels.onDidChangeFocus(panelsChanged),
    work.onDidChange(workChanged),
  );
}
