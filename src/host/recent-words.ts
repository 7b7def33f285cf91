import { Uri } from 'vscode';
import { nameOf } from './names';
import { isOfTexts, type RecentRequest } from './recent-list';
import { beginning, textsOf } from './texts/request';

/** What a list says of a recent explanation. */
export interface RecentWords {
  readonly label: string;
  /** Prompts, or the documents that texts are from; '': nothing to add. */
  readonly detail: string;
  /** Name of a codicon. */
  readonly icon: string;
}

export function recentWords(request: RecentRequest): RecentWords {
  if (!isOfTexts(request))
    return {
      label: request.images.map((image) => nameOf(Uri.parse(image).path)).join(' | '),
      detail: request.prompts.join(' · '),
      icon: 'file-media',
    };
  const texts = new Set(request.items.flatMap((item) => textsOf(item)).map((text) => beginning(text, 60)));
  const documents = request.items
    .flatMap(({ sources }) => sources)
    .flatMap((source) => (source ? [nameOf(Uri.parse(source.uri).path)] : []));
  return { label: [...texts].join(' | '), detail: [...new Set(documents)].join(' · '), icon: 'whole-word' };
}
