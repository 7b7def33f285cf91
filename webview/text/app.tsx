import { useCallback, useMemo } from 'preact/hooks';
import { useKeys } from '../ui/keys';
import { Heads } from '../views/heads/heads';
import { HeadsContext } from '../views/heads/source';
import { Help } from '../views/help';
import { NoteList } from '../views/note-list';
import { Status, type StatusWords } from '../views/status';
import { commonGroups } from './state/common-groups';
import { textHeads } from './state/text-heads-source';
import { shownItems } from './state/text-selectors';
import { useText, useTextController } from './state/use-text';
import { HiddenSection } from './views/hidden/hidden';
import { SaliencySection } from './views/saliency/saliency';
import { TextHeader } from './views/text-header';
import { textKey, textKeys } from './views/text-keys';

/** What the target depends on first, what becomes of the tokens beside it, the heads below. Narrow: one column in the same order. */
export function TextApp() {
  const controller = useTextController();
  useKeys(
    controller,
    useCallback((key: string) => textKey(controller, key), [controller]),
  );
  const source = useMemo(() => textHeads(controller), [controller]);
  const shown = useText((state) => state.view !== null && shownItems(state).length > 0);
  const busy = useText((state) => state.status.kind === 'working');
  const compared = useText((state) => shownItems(state).length > 1);
  const attentions = useText((state) => commonGroups(shownItems(state)).length > 0);
  return (
    <>
      <TextHeader />
      <Status
        shown={shown}
        words={words}
        skeleton={<div class="skeleton-picture text-skeleton" aria-hidden="true" />}
      />
      {shown && (
        <main class={compared ? 'text-views compared-texts' : 'text-views'} aria-busy={busy}>
          <SaliencySection />
          <HiddenSection />
          {attentions && (
            <HeadsContext.Provider value={source}>
              <Heads />
            </HeadsContext.Provider>
          )}
          <TextNotes />
        </main>
      )}
      <Help keys={textKeys} />
    </>
  );
}

const words: StatusWords = {
  explained: 'Explained the text.',
  changed: 'The text has changed since it was explained.',
  gone: 'The text was taken out of its document. The panel shows it as it was.',
  goneAlone: 'The text was taken out of its document, so that it cannot be explained.',
};

/** What one should know before trusting the pictures: the model's limits, what was cut, and its warnings. */
function TextNotes() {
  const items = useText(shownItems);
  const notes = items.flatMap(({ explained: { model, warnings } }) => [model.about, ...warnings]);
  return <NoteList notes={[...new Set(notes.filter((note) => note !== ''))]} />;
}
