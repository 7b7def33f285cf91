import { QuickPickItemKind, Uri, commands, window, type QuickPickItem } from 'vscode';
import { bundledModels, looksLikeModel, modelFacts, modelFolder, modelParts, type Explains } from '../models';
import { aboutInShort } from '../prompts/entries';
import type { PanelRoom } from '../panels/panel-room';
import type { Settings } from '../settings';

/** The name after "attentionLens." of the setting that says which model explains this. */
export const modelSetting = { image: 'model', text: 'textModel' } as const satisfies Record<Explains, keyof Settings>;

/** What was picked: as the setting would name it. */
export interface PickedModel {
  readonly explains: Explains;
  readonly model: string;
}

interface ModelItem extends QuickPickItem {
  readonly explains?: Explains;
  readonly model?: string;
  readonly way?: 'browse' | 'settings';
}

const about = {
  image: 'A CLIP or SigLIP in the layout of Hugging Face and transformers.js: config.json, tokenizer.json, .onnx',
  text: 'BERT and its kin, GPT-2, T5, BART in that layout: config.json, tokenizer.json, .onnx',
} as const;

/** Asks for a bundled model, or a folder on this machine; undefined: the user changed their mind, or went to the settings. */
export async function pickModel(
  room: Pick<PanelRoom, 'explainer' | 'settings'>,
  kinds: readonly Explains[],
  title: string,
): Promise<PickedModel | undefined> {
  const { modelsFolder } = room.explainer;
  const sections = await Promise.all(
    kinds.map(async (explains) => {
      const items = await itemsFor(explains, currentModel(room, explains), modelsFolder);
      const label = kinds.length > 1 ? `explains ${explains}s` : '';
      return kinds.length > 1 ? [{ label, kind: QuickPickItemKind.Separator }, ...items] : items;
    }),
  );
  const placeHolder = kinds.length > 1 ? 'The model that explains' : `The model that explains ${kinds[0]}s`;
  const picked = await window.showQuickPick<ModelItem>(sections.flat(), { title, placeHolder });
  const { explains, way, model } = picked ?? {};
  if (!explains) return undefined;
  if (way === 'settings')
    await commands.executeCommand('workbench.action.openSettings', `attentionLens.${modelSetting[explains]}`);
  const chosen =
    way === 'browse' ? await browse(explains, modelFolder(currentModel(room, explains), modelsFolder)) : model;
  return chosen === undefined ? undefined : { explains, model: chosen };
}

const currentModel = ({ settings }: Pick<PanelRoom, 'settings'>, explains: Explains): string =>
  settings()[modelSetting[explains]] ?? bundledModels[explains][0];

async function itemsFor(explains: Explains, current: string, modelsFolder: string): Promise<ModelItem[]> {
  const item = async (model: string, place: string): Promise<ModelItem> => {
    const facts = await modelFacts(modelFolder(model, modelsFolder));
    return {
      label: `$(chip) ${facts.name}`,
      description: model === current ? `${place} · in use` : place,
      detail: aboutInShort(facts.about),
      explains,
      model,
    };
  };
  const bundled = bundledModels[explains];
  return [
    ...(bundled.includes(current) ? [] : [await item(current, current)]),
    ...(await Promise.all(bundled.map((name) => item(name, 'bundled')))),
    { label: '$(folder-opened) Browse for a Folder…', detail: about[explains], explains, way: 'browse' },
    { label: '$(gear) Open the Setting', explains, way: 'settings' },
  ];
}

async function browse(explains: Explains, current: string): Promise<string | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      title: 'Choose the Model’s Folder',
      openLabel: 'Use This Model',
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: Uri.file(current),
    })) ?? [];
  if (!folder) return undefined;
  if (folder.scheme === 'file' && looksLikeModel(folder.fsPath, explains)) return folder.fsPath;
  void window.showWarningMessage(
    `"${folder.fsPath}" does not hold a model that explains ${explains}s: there has to be ${modelParts[explains]}. Choose the folder of a model that was exported to ONNX.`,
  );
  return undefined;
}
