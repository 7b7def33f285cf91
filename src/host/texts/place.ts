import { workspace } from 'vscode';
import { nameOf } from '../names';
import type { SourceLink } from './source-link';

/** "notes.md · line 3", "notes.md · lines 3 and 7" for a pair, "plot.ipynb · cell 2, line 1"; null where nothing is tied to a document. */
export function placeOf(links: readonly (SourceLink | null)[]): string | null {
  const places = links.flatMap((link) => {
    const tied = link?.tiedTo;
    if (!tied) return [];
    const { document, span } = tied;
    const cell = workspace.notebookDocuments
      .flatMap((notebook) => notebook.getCells())
      .find((one) => one.document === document);
    return [
      {
        where: `${nameOf(document.uri.path)} · ${cell ? `cell ${cell.index + 1}, ` : ''}`,
        line: document.positionAt(span.start).line + 1,
      },
    ];
  });
  const [first, second] = places;
  if (!first) return null;
  if (!second || (second.where === first.where && second.line === first.line))
    return `${first.where}line ${first.line}`;
  if (second.where === first.where) return `${first.where}lines ${first.line} and ${second.line}`;
  return places.map(({ where, line }) => `${where}line ${line}`).join(' | ');
}
