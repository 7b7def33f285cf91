import { window } from 'vscode';
import type { Room } from '../room';

/** Ends the engine's process, also one that works, and forgets its crashes; panels that it leaves without an answer ask again. */
export async function restartEngine({ engine, panels, texts }: Room): Promise<void> {
  const unanswered = [...panels.all, ...texts.all].filter(({ wantsEngine }) => wantsEngine);
  engine.reset();
  await engine.stop();
  engine.start();
  for (const panel of unanswered) void panel.explain();
  void window.showInformationMessage('The engine was restarted.');
}
