import { useCallback, useMemo } from 'preact/hooks';
import { Header } from './views/header';
import { Heads } from './views/heads/heads';
import { imageHeads } from './views/heads/image/image-source';
import { HeadsContext } from './views/heads/source';
import { Help } from './views/help';
import { imageKey, imageKeys } from './views/image-keys';
import { Layers } from './views/layers/layers';
import { Notes } from './views/notes';
import { Methods } from './views/methods';
import { Picture } from './views/picture/picture';
import { Probabilities } from './views/probabilities/probabilities';
import { Skeleton } from './views/skeleton';
import { Status, type StatusWords } from './views/status';
import { Words } from './views/words/words';
import type { AppState } from './state/app-state';
import { useApp, useController } from './state/use-app';
import { useKeys } from './ui/keys';

/** A picture first, controls second, words last. Wide: picture left, reading right, heads below. Narrow: one column in the same order. */
export function App() {
  const controller = useController();
  const heads = useMemo(() => imageHeads(controller), [controller]);
  useKeys(
    controller,
    useCallback((key: string) => imageKey(controller, key), [controller]),
  );
  const explained = useApp(promptsExplained);
  const shown = useApp((state) => state.view !== null);
  const busy = useApp((state) => state.status.kind === 'working');
  return (
    <>
      <Header />
      <Status shown={shown} words={{ ...words, explained }} skeleton={<Skeleton />} />
      {shown && (
        <main aria-busy={busy}>
          <Picture />
          <div class="reading">
            <Probabilities />
            <Words />
            <Methods />
            <Notes />
          </div>
          <Layers />
          <HeadsContext.Provider value={heads}>
            <Heads />
          </HeadsContext.Provider>
        </main>
      )}
      <Help keys={imageKeys} />
    </>
  );
}

const words: Omit<StatusWords, 'explained'> = {
  changed: 'The image has changed since it was explained.',
  gone: 'The image file is gone. The panel shows it as it was.',
  goneAlone: 'The image file is gone, so that it cannot be explained.',
};

/** For those who hear the panel. */
function promptsExplained({ panel }: AppState): string {
  const count = panel?.images[0]?.explained.prompts.length ?? 0;
  return count === 0 ? '' : `Explained ${count === 1 ? 'one prompt' : `${count} prompts`}.`;
}
