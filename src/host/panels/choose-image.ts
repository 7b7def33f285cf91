import { commands, window } from 'vscode';
import type { PanelRequest } from '../../shared/panel-protocol';
import { imageExtensions } from '../image-types';

interface OfImages {
  readonly request: PanelRequest;
  explain(request: PanelRequest): Promise<void>;
  dispose(): void;
}

/** Another image for the same prompts; in a panel that has none, all is asked. */
export async function chooseImage(panel: OfImages): Promise<void> {
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
