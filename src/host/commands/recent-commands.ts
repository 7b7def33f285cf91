import { Uri, window } from 'vscode';
import { nameOf } from '../names';
import { ago, isOfTexts, type RecentExplanation } from '../recent-list';
import { recentWords } from '../recent-words';
import { missingImage } from '../trees/recent-tree';
import type { Ways } from './ways';

/** Opens a recent explanation again: the one that the tree passed, else one that the user picks. */
export async function reopenExplanation({ recent, open, openText }: Ways, entry?: RecentExplanation): Promise<void> {
  const chosen = entry ?? (await pick(recent.list));
  if (!chosen) return;
  const { request } = chosen;
  if (isOfTexts(request)) return openText(request);
  const missing = await missingImage(request.images);
  if (missing === null) return open(request);
  const remove = 'Remove from Recent';
  const answer = await window.showWarningMessage(
    `The image "${nameOf(Uri.parse(missing).path)}" is no longer at its place. It may have been moved, renamed or deleted.`,
    remove,
  );
  if (answer === remove) await recent.remove(chosen);
}

export async function removeRecent({ recent }: Ways, entry?: RecentExplanation): Promise<void> {
  const chosen = entry ?? (await pick(recent.list));
  if (chosen) await recent.remove(chosen);
}

async function pick(list: readonly RecentExplanation[]): Promise<RecentExplanation | undefined> {
  if (list.length === 0) {
    void window.showInformationMessage(
      'Nothing was explained in this workspace yet. Right-click an image or a selected text to begin.',
    );
    return undefined;
  }
  const items = list.map((entry) => {
    const { label, detail, icon } = recentWords(entry.request);
    // A text may hold what would be an icon.
    const literal = label.replaceAll('$(', '$\u200b(');
    return { label: `$(${icon}) ${literal}`, description: ago(entry.time, Date.now()), detail, entry };
  });
  const picked = await window.showQuickPick(items, { title: 'Recent Explanations', matchOnDetail: true });
  return picked?.entry;
}
