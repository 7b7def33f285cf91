import {
  QuickPickItemKind,
  ThemeIcon,
  window,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
} from 'vscode';
import type { ModelFacts } from '../models';
import { entries, type Entry } from './entries';
import type { PromptHistory } from './prompt-history';
import { promptLine, withLastPhrase } from '../../shared/prompts/parse';

/** What the user decided: prompts, or first another model, after which they are asked again with what they had written. */
export type Asked =
  | { readonly kind: 'prompts'; readonly prompts: readonly string[] }
  | { readonly kind: 'choose-model'; readonly text: string };

export interface AskInput {
  readonly title: string;
  readonly model: ModelFacts;
  readonly defaults: readonly string[];
  readonly history: PromptHistory;
  /** Written already. */
  readonly text: string;
  /** Hears of the prompts that Enter would explain now. */
  readonly prospect: (prompts: readonly string[]) => void;
}

interface Item extends QuickPickItem {
  readonly entry: Entry;
}

const editButton: QuickInputButton = { iconPath: new ThemeIcon('edit'), tooltip: 'Edit these prompts' };
const removeButton: QuickInputButton = { iconPath: new ThemeIcon('close'), tooltip: 'Remove from recent prompts' };
const modelButton: QuickInputButton = { iconPath: new ThemeIcon('chip'), tooltip: 'Choose another model' };

/** One input for all prompts; undefined: Escape, or the focus went elsewhere. */
export function askPrompts({ title, model, defaults, history, text, prospect }: AskInput): Promise<Asked | undefined> {
  const pick = window.createQuickPick<Item>();
  // VS Code would put items that resemble the input first; here the first is what Enter does.
  Object.assign(pick, { sortByLabel: false });
  pick.title = title;
  pick.placeholder = 'What to look for, separated by ; such as: a bald man; a rocket in space';
  pick.ignoreFocusOut = true;
  pick.buttons = [modelButton];
  pick.value = text;
  const show = (): void => {
    pick.items = entries({ text: pick.value, recent: history.sets, defaults, model }).map(item);
    pick.activeItems = pick.items.slice(0, 1);
    foresee();
  };
  let foreseen: readonly string[] | null = null;
  // The window, too, tells of the entry that was made active here.
  const foresee = (): void => {
    const prompts = promptsOf(chosen(pick));
    if (prompts && prompts !== foreseen) prospect((foreseen = prompts));
  };
  show();
  return new Promise((resolve) => {
    pick.onDidChangeValue(show);
    pick.onDidChangeActive(foresee);
    pick.onDidTriggerButton(() => finish({ kind: 'choose-model', text: pick.value }));
    pick.onDidTriggerItemButton(({ item: { entry }, button }) => {
      if (entry.kind !== 'set') return;
      if (button === editButton) write(pick, promptLine(entry.prompts), show);
      else void history.remove(entry.prompts).then(show);
    });
    pick.onDidAccept(() => {
      const entry = chosen(pick);
      const prompts = promptsOf(entry);
      if (prompts) finish({ kind: 'prompts', prompts });
      else if (entry?.kind === 'completion') write(pick, withLastPhrase(pick.value, entry.phrase), show);
    });
    pick.onDidHide(() => finish(undefined));
    pick.show();

    function finish(asked: Asked | undefined): void {
      resolve(asked);
      pick.dispose();
    }
  });
}

/** What Enter does. */
const chosen = ({ activeItems, items }: QuickPick<Item>): Entry | undefined => (activeItems[0] ?? items[0])?.entry;

const promptsOf = (entry: Entry | undefined): readonly string[] | null =>
  entry?.kind === 'explain' || entry?.kind === 'set' ? entry.prompts : null;

/** Setting the value from here fires no event. */
function write(pick: QuickPick<Item>, text: string, show: () => void): void {
  pick.value = text;
  show();
}

const icons = { info: '$(info)', warning: '$(warning)', error: '$(error)' } as const;

/** Icons are written as $(name) in labels; a prompt that has this form is shown as written. */
const literal = (text: string): string => text.replaceAll('$(', '$\u200b(');

function item(entry: Entry): Item {
  const always = { entry, alwaysShow: true };
  switch (entry.kind) {
    case 'separator':
      return { entry, label: entry.label, kind: QuickPickItemKind.Separator };
    case 'explain':
      return { ...always, label: `$(eye) ${literal(entry.label)}`, detail: literal(entry.detail) };
    case 'note':
      return { ...always, label: `${icons[entry.icon]} ${literal(entry.label)}`, detail: literal(entry.detail) };
    case 'completion':
      return { ...always, label: `$(symbol-keyword) ${literal(entry.phrase)}`, description: 'complete' };
    case 'set': {
      const buttons = entry.from === 'recent' ? [editButton, removeButton] : [editButton];
      const icon = entry.from === 'recent' ? '$(history)' : '$(star)';
      return { ...always, label: `${icon} ${literal(promptLine(entry.prompts))}`, buttons };
    }
  }
}
