import { cropSentence, scaleNote } from '../../src/shared/wording';
import { shownImage } from '../state/selectors';
import { useApp } from '../state/use-app';
import { NoteList } from './note-list';

/** What one should know before trusting the picture: the model's limits, what it did not see, and its warnings. */
export function Notes() {
  const explained = useApp(shownImage)?.explained;
  if (!explained) return null;
  const { model, warnings } = explained;
  const notes = [model.about, cropSentence(explained), scaleNote(model), ...warnings].filter(
    (note): note is string => note !== null && note !== '',
  );
  return <NoteList notes={notes} />;
}
