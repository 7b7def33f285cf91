import { clipped } from '../../shared/width';
import type { TextAsk, TextPanelRequest } from '../../shared/text/panel-protocol';

type Item = TextPanelRequest['items'][number];

export const textsOf = ({ text, pair }: Pick<TextAsk, 'text' | 'pair'>): readonly string[] =>
  pair === null ? [text] : [text, pair];

/** Two panels of the same texts and models would show the same. */
export const textKeyOf = ({ items }: TextPanelRequest): string =>
  JSON.stringify(items.map(({ text, pair, model }) => [text, pair, model]));

/** What a text begins with, in one line. */
export const beginning = (text: string, columns = 40): string =>
  clipped(
    text
      .slice(0, 20 * columns)
      .replace(/\s+/gu, ' ')
      .trim(),
    columns,
  );

/** "Explain: The quick brown fox…" */
export function textTitleOf({ items }: TextPanelRequest): string {
  const texts = new Set(items.flatMap((item) => textsOf(item)).map((text) => beginning(text)));
  return texts.size === 0 ? 'Attention Lens' : `Explain: ${[...texts].join(' · ')}`;
}

/**
 * What a page asked for, with the places of its texts: those that it did not touch keep them; one that was edited there is tied to no document.
 * @param now as it is asked for already, and as the documents have it
 * @param shown the texts that the page was shown: a document that was edited meanwhile goes ahead of it
 */
export function withSources(
  { text, pair, model, target }: TextAsk,
  now: Item | undefined,
  shown: Pick<TextAsk, 'text' | 'pair'> | undefined,
): Item {
  const kept = (said: string, k: 0 | 1): readonly [string, Item['sources'][number]] => {
    const current = now && textsOf(now)[k];
    const untouched = current !== undefined && (said === current || (shown && said === textsOf(shown)[k]));
    const source = now?.sources[k] ?? null;
    // A text that is tied to nothing is what the page says.
    return untouched ? [source ? current : said, source] : [said, null];
  };
  const [first, firstSource] = kept(text, 0);
  const [second, secondSource] = pair === null ? [null, null] : kept(pair, 1);
  return {
    text: first,
    pair: second,
    model,
    target,
    sources: second === null ? [firstSource] : [firstSource, secondSource],
  };
}
