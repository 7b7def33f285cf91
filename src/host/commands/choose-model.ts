import { ConfigurationTarget, workspace } from 'vscode';
import type { Explains } from '../models';
import type { Room } from '../room';
import { modelSetting, pickModel, type PickedModel } from './pick-model';

/**
 * Sets the model that explains images or the one that explains texts: a bundled one, a folder on this machine, or whatever the setting is made
 * to say. Which of both, the caller says, or the panel that is seen; else both are offered.
 */
export async function chooseModel(room: Room, passed?: unknown): Promise<void> {
  const picked = await pickModel(room, kindsOf(room, passed), 'Choose the Model');
  if (picked) await use(picked);
}

function kindsOf({ front }: Room, passed: unknown): readonly Explains[] {
  if (passed === 'image' || passed === 'text') return [passed];
  return front.panel?.visible ? [front.panel.kind] : ['image', 'text'];
}

/** Where the setting already is overridden for the workspace, it is changed there: elsewhere the choice would do nothing. */
async function use({ explains, model }: PickedModel): Promise<void> {
  const configuration = workspace.getConfiguration('attentionLens');
  const name = modelSetting[explains];
  const said = configuration.inspect(name);
  const inWorkspace = workspace.isTrusted && said?.workspaceValue !== undefined;
  await configuration.update(name, model, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
