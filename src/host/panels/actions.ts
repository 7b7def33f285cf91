import { commands } from 'vscode';
import type { PanelAction } from '../../shared/panel-protocol';
import type { PanelRoom } from './panel-room';

/** A panel, as its buttons act on it. */
export interface Acting {
  readonly kind: 'image' | 'text';
  explain(): Promise<void>;
  /** Explains with the model of the settings, where it had one of its own. */
  followModel(): Promise<void>;
  cancel(): void;
  dispose(): void;
}

/** What the buttons of every panel's messages do. */
export async function act(panel: Acting, room: PanelRoom, action: Exclude<PanelAction, 'choose-image'>): Promise<void> {
  switch (action) {
    case 'cancel':
      return panel.cancel();
    case 'retry':
      // After too many crashes the engine waits for somebody to want it again.
      if (room.engine.state === 'failed') room.engine.reset();
      return panel.explain();
    case 'show-log':
      return room.log.show();
    case 'copy-diagnostics':
      return room.copyDiagnostics();
    case 'open-settings':
      await commands.executeCommand('attentionLens.openSettings');
      return;
    case 'choose-model':
      return chooseModel(panel, room);
    case 'manage-trust':
      await commands.executeCommand('workbench.trust.manage');
      return;
    case 'close':
      return panel.dispose();
  }
}

/** The setting is what is chosen; a panel that had a model of its own follows it from then on. */
async function chooseModel(panel: Acting, { settings }: PanelRoom): Promise<void> {
  const chosen = () => (panel.kind === 'image' ? settings().model : settings().textModel);
  const before = chosen();
  await commands.executeCommand('attentionLens.chooseModel', panel.kind);
  if (chosen() !== before) await panel.followModel();
}
