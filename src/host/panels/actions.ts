import { commands, window } from 'vscode';
import type { PanelAction, PanelRequest } from '../../shared/panel-protocol';
import { imageExtensions } from '../image-types';
import type { PanelRoom } from './panel-room';

/** A panel, as its buttons act on it. */
export interface Acting {
  readonly request: PanelRequest;
  explain(request?: PanelRequest): Promise<void>;
  cancel(): void;
  dispose(): void;
}

/** What the buttons of a panel's messages do. */
export async function act(panel: Acting, room: PanelRoom, action: PanelAction): Promise<void> {
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
    case 'choose-image':
      return chooseImage(panel);
    case 'manage-trust':
      await commands.executeCommand('workbench.trust.manage');
      return;
    case 'close':
      return panel.dispose();
  }
}

/** The setting is what is chosen; a panel that had a model of its own follows it from then on. */
async function chooseModel(panel: Acting, { settings }: PanelRoom): Promise<void> {
  const before = settings().model;
  await commands.executeCommand('attentionLens.chooseModel');
  if (settings().model === before || panel.request.model === null) return;
  await panel.explain({ ...panel.request, model: null });
}

/** Another image for the same prompts; in a panel that has none, all is asked. */
async function chooseImage(panel: Acting): Promise<void> {
  const { images, prompts } = panel.request;
  const picked = await window.showOpenDialog({
    title: 'Explain an Image',
    openLabel: 'Explain',
    filters: { Images: [...imageExtensions] },
  });
  const uri = picked?.[0];
  if (!uri) return;
  if (prompts.length === 0 || images.length === 0) {
    panel.dispose();
    await commands.executeCommand('attentionLens.explainWithPrompts', uri);
    return;
  }
  await panel.explain({ ...panel.request, images: [uri.toString()] });
}
