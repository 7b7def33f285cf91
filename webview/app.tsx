import { Header } from './views/header';
import { Heads } from './views/heads/heads';
import { Help } from './views/help';
import { Layers } from './views/layers/layers';
import { Notes } from './views/notes';
import { Methods } from './views/methods';
import { Picture } from './views/picture/picture';
import { Probabilities } from './views/probabilities/probabilities';
import { Status } from './views/status';
import { Words } from './views/words/words';
import { useApp } from './state/use-app';
import { useKeys } from './ui/keys';

/** A picture first, controls second, words last. Wide: picture left, reading right, heads below. Narrow: one column in the same order. */
export function App() {
  useKeys();
  const shown = useApp((state) => state.view !== null);
  const busy = useApp((state) => state.status.kind === 'working');
  return (
    <>
      <Header />
      <Status />
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
          <Heads />
        </main>
      )}
      <Help />
    </>
  );
}
