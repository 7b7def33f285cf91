import type { Disposable } from 'vscode';
import type { TextPanelRequest } from '../shared/text/panel-protocol';
import type { TextPanel } from './panels/text-panel';
import type { Recent } from './recent';
import type { Room } from './room';

/** What a panel was opened with, and what it was last edited to. */
interface Remembered {
  readonly first: string;
  readonly edited: TextPanelRequest | null;
}

/** A text that is edited is one recent explanation, not one for each keystroke; the one that the panel was opened with stays. */
export function rememberTexts({ texts }: Pick<Room, 'texts'>, recent: Recent): Disposable {
  const remembered = new WeakMap<TextPanel, Remembered>();
  return texts.onDidExplain((panel) => {
    const { request } = panel;
    const now = JSON.stringify(request.items.map(({ text, pair }) => [text, pair]));
    const before = remembered.get(panel);
    const first = before?.first ?? now;
    remembered.set(panel, { first, edited: now === first ? null : request });
    recent.add(request, before?.edited);
  });
}
