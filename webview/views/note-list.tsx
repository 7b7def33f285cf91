/** Whole sentences that one should know before trusting what is shown. */
export const NoteList = ({ notes }: { readonly notes: readonly string[] }) =>
  notes.length === 0 ? null : (
    <aside class="notes small quiet" aria-label="Notes on this explanation">
      {notes.map((note, i) => (
        <p key={i}>{note}</p>
      ))}
    </aside>
  );
