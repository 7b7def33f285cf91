import { ConfigurationTarget, QuickPickItemKind, Uri, commands, window, workspace, type QuickPickItem } from 'vscode';
import { bundledModels, looksLikeModel, modelFacts, modelFolder } from '../models';
import { aboutInShort } from '../prompts/entries';
import type { Room } from '../room';

interface ModelItem extends QuickPickItem {
  /** What the setting becomes; undefined: the item does something else. */
  readonly model?: string;
  readonly way?: 'browse' | 'settings';
}

/** Sets the model: a bundled one, a folder on this machine, or whatever the setting is made to say. */
export async function chooseModel({ context, settings }: Room): Promise<void> {
  const current = settings().model ?? bundledModels[0];
  const modelsFolder = context.asAbsolutePath('models');
  const item = async (model: string, place: string): Promise<ModelItem> => {
    const { name, about } = await modelFacts(modelFolder(model, modelsFolder));
    return {
      label: `$(chip) ${name}`,
      description: model === current ? `${place} · in use` : place,
      detail: aboutInShort(about),
      model,
    };
  };
  const own = (bundledModels as readonly string[]).includes(current) ? [] : [await item(current, current)];
  const items: ModelItem[] = [
    ...own,
    ...(await Promise.all(bundledModels.map((name) => item(name, 'bundled')))),
    { label: '', kind: QuickPickItemKind.Separator },
    {
      label: '$(folder-opened) Browse for a Folder…',
      detail: 'A CLIP or SigLIP in the layout of Hugging Face and transformers.js: config.json, tokenizer.json, .onnx',
      way: 'browse',
    },
    { label: '$(gear) Open the Setting', way: 'settings' },
  ];
  const picked = await window.showQuickPick(items, {
    title: 'Choose the Model',
    placeHolder: 'The model that explains images',
  });
  if (picked?.way === 'settings') await commands.executeCommand('workbench.action.openSettings', 'attentionLens.model');
  else if (picked?.way === 'browse') await browse(modelFolder(current, modelsFolder));
  else if (picked?.model !== undefined) await use(picked.model);
}

async function browse(current: string): Promise<void> {
  const [folder] =
    (await window.showOpenDialog({
      title: 'Choose the Model’s Folder',
      openLabel: 'Use This Model',
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: Uri.file(current),
    })) ?? [];
  if (!folder) return;
  if (folder.scheme === 'file' && looksLikeModel(folder.fsPath)) await use(folder.fsPath);
  else
    void window.showWarningMessage(
      `"${folder.fsPath}" does not hold a model: there has to be a config.json, and model.onnx or onnx/vision_model.onnx with onnx/text_model.onnx. Choose the folder of a model that was exported to ONNX.`,
    );
}

/** Where the setting already is overridden for the workspace, it is changed there: elsewhere the choice would do nothing. */
async function use(model: string): Promise<void> {
  const configuration = workspace.getConfiguration('attentionLens');
  const said = configuration.inspect('model');
  const inWorkspace = workspace.isTrusted && said?.workspaceValue !== undefined;
  await configuration.update('model', model, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
