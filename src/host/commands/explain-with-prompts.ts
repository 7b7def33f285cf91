import { window, type Uri } from 'vscode';
import { nameOf } from '../names';
import { askPrompts } from '../prompts/ask';
import { Latest } from '../../shared/latest';
import { promptLine } from '../../shared/prompts/parse';
import type { Room } from '../room';
import { chooseImages } from './choose-images';
import { chooseModel } from './choose-model';
import type { Ways } from './ways';

/** More panels than this are asked about first. */
const manyPanels = 6;

/** The command behind every menu: images, prompts, and a panel for each image or a comparison of two. Escape anywhere ends it silently. */
export async function explainWithPrompts(
  room: Room,
  ways: Ways,
  clicked?: unknown,
  selection?: unknown,
): Promise<void> {
  const images = await chooseImages(room, clicked, selection);
  if (images.length === 0) return;
  const groups = await grouped(images);
  if (!groups) return;
  const prompts = await promptsFor(room, ways, images);
  if (!prompts) return;
  // Written while the panels open: the window takes its time for it.
  const remembered = ways.history.add(prompts);
  // One after the other, so that all go to one group of editors. None waits for an explanation.
  for (const group of groups) await ways.open({ images: group.map(String), prompts, model: null });
  await remembered;
}

/** Which images share a panel; undefined: the user changed their mind. */
async function grouped(images: readonly Uri[]): Promise<readonly (readonly Uri[])[] | undefined> {
  const each = images.map((image) => [image]);
  if (images.length === 1) return each;
  const title = `Explain ${images.length} Images`;
  const names = images.map(({ path }) => nameOf(path)).join(', ');
  if (images.length === 2) {
    const side = { label: '$(split-horizontal) Compare side by side', detail: `One panel: ${names}`, groups: [images] };
    const apart = { label: '$(files) One panel each', detail: `Two panels: ${names}`, groups: each };
    return (await window.showQuickPick([side, apart], { title, placeHolder: 'How to show them' }))?.groups;
  }
  if (images.length <= manyPanels) return each;
  const all = { label: `$(files) Open ${images.length} panels`, detail: names, groups: each };
  const few = {
    label: `$(file) Open the first ${manyPanels} alone`,
    detail: images
      .slice(0, manyPanels)
      .map(({ path }) => nameOf(path))
      .join(', '),
    groups: each.slice(0, manyPanels),
  };
  return (await window.showQuickPick([all, few], { title, placeHolder: 'One panel for each image' }))?.groups;
}

async function promptsFor(
  room: Room,
  { history }: Ways,
  images: readonly Uri[],
): Promise<readonly string[] | undefined> {
  const what = images.length === 1 ? nameOf(images[0]!.path) : `${images.length} Images`;
  // The prompts that the image was last explained with in its open panel are where one goes on.
  const active = room.panels.active?.request;
  let text = active?.images[0] === String(images[0]) && images.length === 1 ? promptLine(active.prompts) : '';
  // A fast model has explained what is written by the time of Enter.
  const ahead = new Latest((prompts: readonly string[]) => room.explainer.ahead(images[0]!, prompts));
  const prospect = (prompts: readonly string[]): void => {
    if (images.length === 1) ahead.offer(prompts);
  };
  for (;;) {
    // While the prompts are written: Enter waits for no process and no model.
    void room.explainer.open(images[0]!);
    const facts = await room.explainer.facts(null);
    const asked = await askPrompts({
      title: `Explain ${what} · ${facts.name}`,
      model: facts,
      defaults: room.settings().defaultPrompts,
      history,
      text,
      prospect,
    });
    if (!asked) return undefined;
    if (asked.kind === 'prompts') return asked.prompts;
    text = asked.text;
    await chooseModel(room, 'image');
  }
}
